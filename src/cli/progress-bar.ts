const BAR_CELLS = 28;
const STEP_LABELS: Readonly<Record<string, string>> = {
  script: 'Reading the script',
  speech: 'Speaking',
  audio: 'Mixing the sound',
  render: 'Drawing frames',
  check: 'Checking the file',
  publish: 'Saving',
};

/**
 * Shows how far a video is: one line that redraws itself on a terminal, a line per step and quarter when piped. `write`
 * gets the text; `finish` ends the line.
 */
export function createProgressBar(options: { readonly isTerminal: boolean; write(text: string): void }) {
  const { isTerminal, write } = options;
  let lastLine = '';
  return {
    update(progress: number, step: string | null): void {
      const label = STEP_LABELS[step ?? ''] ?? 'Waiting';
      const percent = Math.floor(progress * 100);
      if (isTerminal) {
        const filled = Math.round(progress * BAR_CELLS);
        const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
        write(`\r  ${bar} ${String(percent).padStart(3)} %  ${label.padEnd(20)}`);
        return;
      }
      const line = `${label} (${Math.floor(percent / 25) * 25} %)`;
      if (line !== lastLine) write(`${line}\n`);
      lastLine = line;
    },
    finish(): void {
      if (isTerminal) write('\n');
    },
  };
}
