import { totalOf, type ClassReport, type CleanUpReport } from '../pipeline/clean-up/report.ts';

const MEGABYTE = 1e6;

/** A line for each class and one for all, in columns. */
export function cleanUpTable(report: CleanUpReport): string {
  const gone = report.isDryRun ? 'would go' : 'deleted';
  const heading = ['class', 'listed', 'in use', 'young', gone, 'MB', 'failed'];
  const rows = [
    heading,
    ...Object.entries(report.classes).map(([name, counts]) => cells(name, counts)),
    cells('total', totalOf(report)),
  ];
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row.map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0))),
    )
    .map((row) => `  ${row.join('  ')}\n`)
    .join('');
}

function cells(name: string, { listed, inUse, young, deleted, bytes, failed }: ClassReport): readonly string[] {
  const counts = [listed, inUse, young, deleted].map((count) => count.toLocaleString('en'));
  return [name, ...counts, (bytes / MEGABYTE).toFixed(1), failed.toLocaleString('en')];
}
