/** Non-zero level counts of every 4x4 block of the picture: the context of CAVLC, 9.2.1. */
import { reserve } from './arena';
import { macroblockColumns, macroblockCount, macroblockRows } from './frame-layout';
import { column, row } from './macroblock-position';

/** Each block's count of an I_PCM macroblock. */
const PCM_COUNT: u8 = 16;

let lumaCounts: usize = 0;
let chromaCounts: usize = 0;

/** Position of block 0..15 inside its macroblock, in blocks (6.4.3). */
// prettier-ignore
export const BLOCK_X = memory.data<u8>([0,1,0,1,2,3,2,3,0,1,0,1,2,3,2,3]);
// prettier-ignore
export const BLOCK_Y = memory.data<u8>([0,0,1,1,0,0,1,1,2,2,3,3,2,2,3,3]);

export function reserveCounts(): void {
  lumaCounts = reserve(macroblockCount * 24);
  chromaCounts = lumaCounts + macroblockCount * 16;
}

export function clearCounts(): void {
  memory.fill(lumaCounts, 0, macroblockCount * 24);
}

/** Address of the count of luma block 0..15 of this macroblock. */
// @ts-ignore: decorator
@inline
export function lumaCountOf(block: i32): usize {
  const x = column * 4 + <i32>load<u8>(BLOCK_X + block);
  const y = row * 4 + <i32>load<u8>(BLOCK_Y + block);
  return lumaCounts + <usize>(y * macroblockColumns * 4 + x);
}

/** Context nC of luma block 0..15 of this macroblock, whose count is at `address`. */
// @ts-ignore: decorator
@inline
export function lumaContextOf(block: i32, address: usize): i32 {
  const hasLeft = column > 0 || load<u8>(BLOCK_X + block) > 0;
  const hasAbove = row > 0 || load<u8>(BLOCK_Y + block) > 0;
  return contextAt(address, hasLeft, hasAbove, macroblockColumns * 4);
}

/** Address of the count of block 0..3 of plane 0 (Cb) or 1 (Cr). */
// @ts-ignore: decorator
@inline
export function chromaCountOf(plane: i32, block: i32): usize {
  const x = column * 2 + (block & 1);
  const y = (plane * macroblockRows + row) * 2 + (block >> 1);
  return chromaCounts + <usize>(y * macroblockColumns * 2 + x);
}

// @ts-ignore: decorator
@inline
export function chromaContextOf(block: i32, address: usize): i32 {
  return contextAt(address, column > 0 || (block & 1) > 0, row > 0 || block > 1, macroblockColumns * 2);
}

// @ts-ignore: decorator
@inline
function contextAt(address: usize, hasLeft: bool, hasAbove: bool, stride: i32): i32 {
  if (hasLeft && hasAbove) return (<i32>load<u8>(address - 1) + <i32>load<u8>(address - stride) + 1) >> 1;
  if (hasLeft) return <i32>load<u8>(address - 1);
  return hasAbove ? <i32>load<u8>(address - stride) : 0;
}

/** Forgets what a withdrawn attempt wrote, or (I_PCM) counts every block as full. */
export function setAllCounts(pcm: bool): void {
  const count: u8 = pcm ? PCM_COUNT : 0;
  for (let block = 0; block < 16; block++) store<u8>(lumaCountOf(block), count);
  for (let block = 0; block < 4; block++) {
    store<u8>(chromaCountOf(0, block), count);
    store<u8>(chromaCountOf(1, block), count);
  }
}
