import type { BenchRow } from '../bench-result.ts';

/** Aligned columns under the keys of the first row; numbers to the right. */
export function formatTable(rows: readonly BenchRow[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (row: BenchRow, column: string): string => String(row[column] ?? '');
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => cell(row, column).length)));
  const line = (cells: readonly string[], isNumber: readonly boolean[]): string =>
    cells
      .map((text, index) =>
        isNumber[index] === true ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0),
      )
      .join('  ');
  const noNumbers = columns.map(() => false);
  return [
    line(columns, noNumbers),
    line(
      columns.map((_, index) => '-'.repeat(widths[index] ?? 0)),
      noNumbers,
    ),
    ...rows.map((row) =>
      line(
        columns.map((column) => cell(row, column)),
        columns.map((column) => typeof row[column] === 'number'),
      ),
    ),
  ].join('\n');
}
