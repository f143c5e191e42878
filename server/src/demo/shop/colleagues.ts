/** What simulated colleagues type and send: short enough to watch, general enough for most conversations. */
export const colleagueReplies: readonly { readonly body: string }[] = [
  { body: 'Thank you for writing. I am looking into it now and will be back with you within the hour.' },
  { body: 'I have just been to the shelf to make sure. Yes, we can do that for you.' },
  { body: 'Thanks for the details, that saves us both a round of questions. Leave it with me.' },
  { body: 'I understand. Let me ask a colleague who knows this better than I do.' },
  { body: 'Sorry for the wait, the shop was full this morning. I am on it now.' },
  { body: 'That is done. You should see the change on your side by this evening.' },
  { body: 'Good question. I would rather check than guess, so please give me until this afternoon.' },
  { body: 'Could you send us a picture of it? Daylight and no flash, if you can manage.' },
  { body: 'Of course. I have made a note of it, so that whoever is at the counter will know.' },
  { body: 'Thank you for your patience. I am following this up today and will tell you what I learn.' },
  { body: 'I am sorry about that. It should not have happened, and I will put it right today.' },
  { body: 'We can certainly try. Would it help if I put together two options with prices?' },
  { body: 'You are welcome to come by any day from Tuesday to Saturday. Ask for me, I will have it ready.' },
  { body: 'Thank you, that is very kind to hear. I have read it out to everybody here.' },
  { body: 'Just so that I get this right: do you need it by a certain day, or is there no hurry?' },
  { body: 'It is on my desk and next in line. You will hear from me before we close.' },
  { body: 'I have checked our records and found it. Give me a moment to sort it out.' },
  { body: 'That is no trouble at all. Please tell me which address we should use.' },
  { body: 'Let me be honest: I do not know yet. I will find out and write to you tomorrow at the latest.' },
  { body: 'We had the same question last week, and the answer was simpler than expected. More in a moment.' },
  { body: 'Noted, and thank you for telling us straight away. That makes it much easier to help.' },
  { body: 'I have set it aside with your name on it. There is no need to decide today.' },
  { body: 'There would be no charge for that. It is a small thing for us to do.' },
  {
    body: 'I would keep it simple. I will write down what I have in mind and send it to you shortly.',
  },
  { body: 'I have passed this on to the workshop. They usually answer by the end of the day.' },
  {
    body: 'Thanks for asking before going ahead. Please wait for my answer, I should have it this afternoon.',
  },
  {
    body: 'All clear now, thank you. I will confirm everything in writing so that you have it in one place.',
  },
  { body: 'I have talked it over with the others and we all agree. We will take care of it from here.' },
  { body: 'We want to get this right for you, so I am having a second pair of eyes look at it.' },
  { body: 'Thank you for coming back to us. I have read everything above, so you need not explain again.' },
];

/** What customers answer to that. */
export const customerFollowUps: readonly { readonly body: string }[] = [
  { body: 'Thank you, that was quick. I will wait to hear from you.' },
  { body: 'That sounds good to me. Is there anything else you need from my side?' },
  { body: 'Great, thanks. One more thing: could you let me know when it is done?' },
  { body: 'I see. There is no great hurry, but it would be good to know by the end of the week.' },
  { body: 'Thanks for explaining. Then let us do it the way you suggest.' },
  { body: 'Sorry, I was away from my desk. Yes, please go ahead.' },
  { body: 'Hm, I am not sure I follow. Could you say that again in other words?' },
  { body: 'Lovely, thank you. I will drop by when I am next in Fernhill.' },
];
