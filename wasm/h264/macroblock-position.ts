/** The macroblock that is being coded, and where its samples are in any picture. */
import { chromaOffsetOf, lumaOffsetOf, macroblockColumns } from './frame-layout';

export let column: i32 = 0;
export let row: i32 = 0;
export let index: i32 = 0;
export let lumaOffset: usize = 0;
export let chromaOffset: usize = 0;

export function moveTo(toColumn: i32, toRow: i32): void {
  column = toColumn;
  row = toRow;
  index = toRow * macroblockColumns + toColumn;
  lumaOffset = lumaOffsetOf(toColumn, toRow);
  chromaOffset = chromaOffsetOf(toColumn, toRow);
}
