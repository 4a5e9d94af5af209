import { ApiError, createVideo } from './api.ts';
import type { GenerateVideoRequest, Problem } from './api.ts';
import { keepDraft, readDraft } from './draft.ts';
import { byId, element } from './elements.ts';
import { showScriptMeasure } from './script-measure.ts';
import type { Settings } from './settings.ts';
import { clockTime, languageName, ruleSentence } from './wording.ts';

/** Fields that can show their own error, by JSON Pointer. */
const FIELDS: Readonly<Record<string, string>> = { '/script': 'script', '/title': 'title', '/language': 'language' };

/** Until there are accounts, everything made on this page belongs to it. */
const USER_ID = 'first-page';

/** The form: measures the script as it is typed, sends it, and shows what the server refuses where it belongs. */
export function startComposer(options: {
  readonly settings: Settings;
  readonly onScript: (script: string) => void;
  readonly onAccepted: (videoId: string) => void;
}): { readonly focus: () => void } {
  const { settings } = options;
  const form = byId('composer', HTMLFormElement);
  const script = byId('script', HTMLTextAreaElement);
  const title = byId('title', HTMLInputElement);
  const language = byId('language', HTMLSelectElement);
  const captions = byId('captions', HTMLInputElement);
  const submit = byId('submit', HTMLButtonElement);

  const names = settings.languages.map((tag) => ({ tag, name: languageName(tag) }));
  for (const { tag, name } of names.toSorted((a, b) => a.name.localeCompare(b.name))) {
    language.append(element('option', { value: tag }, name));
  }

  const measure = (): void => {
    showScriptMeasure(script.value, language.value, settings);
    options.onScript(script.value);
  };
  script.value = readDraft();
  script.addEventListener('input', () => {
    keepDraft(script.value);
    clearError('script');
    measure();
  });
  title.addEventListener('input', () => clearError('title'));
  language.addEventListener('change', () => {
    clearError('language');
    measure();
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });

  const send = async (): Promise<void> => {
    clearErrors();
    submit.disabled = true;
    submit.textContent = 'Sending…';
    try {
      const accepted = await createVideo(readRequest());
      options.onAccepted(accepted.video_id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      showProblem(error.message, error.problem, settings);
    } finally {
      submit.disabled = false;
      submit.textContent = 'Make video';
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!submit.disabled) void send();
  });

  const readRequest = (): GenerateVideoRequest => ({
    script: script.value,
    template: settings.template,
    userId: USER_ID,
    ...(title.value.trim() === '' ? {} : { title: title.value }),
    ...(language.value === '' ? {} : { language: language.value }),
    captions: { burned: captions.checked },
  });

  if (/Mac|iPhone|iPad/.test(navigator.userAgent)) {
    byId('submit-hint', HTMLParagraphElement).firstElementChild?.replaceChildren('⌘');
  }
  measure();
  return { focus: () => script.focus() };
}

function showProblem(message: string, problem: Problem | null, settings: Settings): void {
  const issues = problem?.errors ?? [];
  const elsewhere: string[] = [];
  let first: HTMLElement | undefined;
  for (const issue of issues) {
    const name = FIELDS[issue.pointer];
    if (name === undefined) {
      elsewhere.push(`${issue.pointer.slice(1)}: ${ruleSentence(issue.rule, issue.value)}`);
      continue;
    }
    showError(name, fieldSentence(issue, settings));
    first ??= byId(name, HTMLElement);
  }
  first?.closest('details')?.setAttribute('open', '');
  first?.focus();
  if (issues.length === 0) elsewhere.push(message);
  if (elsewhere.length === 0) return;
  const alert = byId('form-error', HTMLParagraphElement);
  alert.textContent = elsewhere.join(' ');
  alert.hidden = false;
}

/** The commonest refusals as a person would say them; the server's rule for the rest. */
function fieldSentence(issue: NonNullable<Problem['errors']>[number], settings: Settings): string {
  if (issue.code === 'empty_script') return 'Write something to say first: at least one letter or digit.';
  if (issue.code === 'script_too_long' && typeof issue.value === 'number') {
    return tooLong(issue.value, settings.maxScriptCharacters);
  }
  if (issue.code === 'speech_too_long' && typeof issue.value === 'number') {
    return `Spoken, this takes about ${clockTime(issue.value)}; at most ${clockTime(settings.maxSpeechSeconds)}. Shorten it a little.`;
  }
  return ruleSentence(issue.rule, issue.value);
}

function tooLong(characters: number, most: number): string {
  const excess = (characters - most).toLocaleString('en');
  return `This is ${excess} ${characters - most === 1 ? 'character' : 'characters'} too long; at most ${most.toLocaleString('en')}.`;
}

function showError(name: string, text: string): void {
  const line = byId(`${name}-error`, HTMLParagraphElement);
  line.textContent = text;
  line.hidden = false;
  byId(name, HTMLElement).setAttribute('aria-invalid', 'true');
}

function clearError(name: string): void {
  byId(`${name}-error`, HTMLParagraphElement).hidden = true;
  byId(name, HTMLElement).removeAttribute('aria-invalid');
}

function clearErrors(): void {
  for (const name of Object.values(FIELDS)) clearError(name);
  byId('form-error', HTMLParagraphElement).hidden = true;
}
