/** What every command's exit code means; documented in the README. */
export const EXIT = { success: 0, failed: 1, badInput: 2, interrupted: 130 } as const;
