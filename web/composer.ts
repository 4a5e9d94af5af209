import { ApiError, createVideo } from './api.ts';
import type { GenerateVideoRequest, Problem } from './api.ts';
import { byId, element } from './elements.ts';
import { showScriptMeasure } from './script-measure.ts';
import type { Settings } from './settings.ts';
import { languageName, ruleSentence } from './wording.ts';

/** Fields that can show their own error, by JSON Pointer. */
const FIELDS: Readonly<Record<string, string>> = { '/script': 'script', '/title': 'title', '/language': 'language' };

/** Until there are accounts, everything made on this page belongs to it. */
const USER_ID = 'first-page';

/** The form: measures the script as it is typed, sends it, and shows what the server refuses where it belongs. */
export function startComposer(options: {
  readonly settings: Settings;
  readonly onScript: (script: string) => void;
  readonly onAccepted: (videoId: string) => void;
}): { readonly fill: (script: string) => void; readonly focus: () => void } {
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
  script.addEventListener('input', () => {
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
      showProblem(error.message, error.problem);
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

  if (!/Mac|iPhone|iPad/.test(navigator.userAgent)) return ready();
  byId('submit-hint', HTMLParagraphElement).firstElementChild?.replaceChildren('⌘');
  return ready();

  function ready() {
    measure();
    return {
      fill: (text: string) => {
        script.value = text;
        measure();
      },
      focus: () => script.focus(),
    };
  }
}

function showProblem(message: string, problem: Problem | null): void {
  const issues = problem?.errors ?? [];
  const elsewhere: string[] = [];
  let first: HTMLElement | undefined;
  for (const issue of issues) {
    const name = FIELDS[issue.pointer];
    if (name === undefined) {
      elsewhere.push(`${issue.pointer.slice(1)}: ${ruleSentence(issue.rule, issue.value)}`);
      continue;
    }
    showError(name, fieldSentence(issue));
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
function fieldSentence(issue: NonNullable<Problem['errors']>[number]): string {
  if (issue.code === 'empty_script') return 'Write something to say first: at least one letter or digit.';
  if (issue.code === 'speech_too_long' && typeof issue.value === 'number') {
    return `${ruleSentence(issue.rule, null)} This script takes about ${Math.round(issue.value)}.`;
  }
  return ruleSentence(issue.rule, issue.value);
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
