import { createApp } from 'vue';
import App from './App.vue';
import { client } from './latchbox';
import '../../look.css';

// What goes wrong is shown by `client.connection`.
client.connect().catch(() => {});

createApp(App).mount('#app');
