/** The conversation that the states are shown in. */
export const ROSA = 'rosa';

export const ROSA_ANSWER =
  'Thursday morning would save the class. Here is a photo of the hook so that nobody packs the same batch again. Do I need to bring the old one?';
export const QUOTE = `On Tuesday, Ana Brandt wrote:
> A replacement is free of course. I can ship it today, with you on Friday,
> or hold one in Oakland from Thursday morning.`;
export const HTML = `<div style="font-family:Georgia,serif"><p>${ROSA_ANSWER}</p>
<table cellpadding="6" style="border-collapse:collapse"><tr><th align="left">Part</th><th>Batch</th></tr>
<tr><td style="border-top:1px solid #ccc">Lower element KS-3</td><td style="border-top:1px solid #ccc">88-2041</td></tr></table>
<p><a href="https://studio-achterberg.example/class">Our class on Thursday</a></p>
<img src="https://studio-achterberg.example/banner.png" width="300" height="60" alt="Studio Achterberg"></div>`;
