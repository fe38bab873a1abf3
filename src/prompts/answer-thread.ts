import { definePrompt, type Given, type Request } from './define-prompt.ts';

export const answerThread = definePrompt({
  name: 'answer_thread',
  title: { en: 'Answer a conversation', de: 'Gespräch beantworten' },
  description: {
    en: 'Read a conversation and write my answer; nothing is sent without my yes',
    de: 'Ein Gespräch lesen und meine Antwort schreiben; gesendet wird erst, wenn ich zustimme',
  },
  arguments: [
    { name: 'id', description: { en: 'Mail id', de: 'Mail-Id' } },
    {
      name: 'about',
      description: { en: 'Or who or what it is about', de: 'Oder mit wem oder worum es geht' },
      completes: 'person',
    },
    { name: 'wishes', description: { en: 'What the answer should say', de: 'Was die Antwort sagen soll' } },
  ],
  offered: (has) => has('search_emails') && (has('get_email_thread') || has('get_email')),
  request: { en: english, de: german },
});

function english(given: Given): Request {
  const { has } = given;
  const wishes = given.quoted('wishes');
  return {
    goal: `Write my answer to a conversation.${wishes === undefined ? '' : ` It should say: ${wishes}`}`,
    steps: [
      whichEnglish(given),
      has('get_email_thread') && 'get_email_thread with the id: the whole conversation, also my own mails.',
      has('get_email') &&
        'get_email for the latest mail of others: is the sender genuine, where would an answer go (replyTo)?',
      has('get_free_busy') && 'Where it is about times: get_free_busy for the days in question.',
      'Write the answer in the language, tone and form of address of the conversation: to every question, as short as it can be. Only the new text; quotes are added.',
      sendingEnglish(has),
    ],
    show: [
      'In two or three lines: what is wanted of me, and what is still open.',
      'The answer with to, cc and subject, exactly as it would leave.',
      'What you do not know stands in the text as [question to me]; ask it below.',
    ],
    rules: [
      'Promise nothing, accept nothing and state nothing that is neither in my wishes nor in my own mails.',
    ],
  };
}

function whichEnglish(given: Given): string {
  const [id, about] = [given.quoted('id'), given.quoted('about')];
  if (id !== undefined) return `The conversation is that of the mail with the id ${id}.`;
  if (about !== undefined) {
    return `search_emails with query ${about}, limit 10: find the conversation. If several are meant, ask which.`;
  }
  return 'search_emails with folder "inbox", preview true, limit 20: show which mails wait for an answer, and ask which.';
}

function sendingEnglish(has: Given['has']): string {
  if (has('create_draft')) {
    const end = has('send_draft') ? 'After an express yes send_draft.' : 'I send it myself from my drafts.';
    return `create_draft with inReplyTo (replyAll only where all have to know), show it, change it until I am content. ${end}`;
  }
  return has('send_email')
    ? 'After an express yes send_email with inReplyTo.'
    : 'I copy the text and send it myself.';
}

function german(given: Given): Request {
  const { has } = given;
  const wishes = given.quoted('wishes');
  return {
    goal: `Schreib meine Antwort in einem Gespräch.${wishes === undefined ? '' : ` Sie soll sagen: ${wishes}`}`,
    steps: [
      whichGerman(given),
      has('get_email_thread') && 'get_email_thread mit der id: das ganze Gespräch, auch meine eigenen Mails.',
      has('get_email') &&
        'get_email für die letzte Mail der anderen: Ist der Absender echt, wohin ginge eine Antwort (replyTo)?',
      has('get_free_busy') && 'Geht es um Zeiten: get_free_busy für die Tage, um die es geht.',
      'Schreib die Antwort in Sprache, Ton und Anrede (du oder Sie) des Gesprächs: auf jede Frage, so kurz es geht. Nur den neuen Text; Zitate kommen von selbst dazu.',
      sendingGerman(has),
    ],
    show: [
      'In zwei, drei Zeilen: was von mir gewollt ist und was noch offen ist.',
      'Die Antwort mit an, cc und Betreff, genau so, wie sie hinausginge.',
      'Was du nicht weißt, steht im Text als [Frage an mich]; frag darunter danach.',
    ],
    rules: [
      'Versprich nichts, sag nichts zu und behaupte nichts, was weder in meinen Wünschen noch in meinen eigenen Mails steht.',
    ],
  };
}

function whichGerman(given: Given): string {
  const [id, about] = [given.quoted('id'), given.quoted('about')];
  if (id !== undefined) return `Es ist das Gespräch der Mail mit der id ${id}.`;
  if (about !== undefined) {
    return `search_emails mit query ${about}, limit 10: Finde das Gespräch. Können mehrere gemeint sein, frag, welches.`;
  }
  return 'search_emails mit folder "inbox", preview true, limit 20: Zeig, welche Mails auf Antwort warten, und frag, welche.';
}

function sendingGerman(has: Given['has']): string {
  if (has('create_draft')) {
    const end = has('send_draft')
      ? 'Nach einem ausdrücklichen Ja send_draft.'
      : 'Ich sende ihn selbst aus meinen Entwürfen.';
    return `create_draft mit inReplyTo (replyAll nur, wo es alle wissen müssen), zeig den Entwurf, ändere ihn, bis ich zufrieden bin. ${end}`;
  }
  return has('send_email')
    ? 'Nach einem ausdrücklichen Ja send_email mit inReplyTo.'
    : 'Ich kopiere den Text und sende ihn selbst.';
}
