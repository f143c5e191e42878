// Pins the theme that was chosen before, ahead of the first paint. Without a choice the system decides.
try {
  const theme = localStorage.getItem('latchbox.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden here: the system decides.
}
