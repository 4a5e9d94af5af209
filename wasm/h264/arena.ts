/** One-way allocator above the static data: an encoder reserves its buffers once and lives as long as its instance. */

const PAGE_BYTES: usize = 65536;
const ALIGNMENT: usize = 64;

let next: usize = 0;

/** Address of `byteCount` zeroed bytes, aligned to 64. */
export function reserve(byteCount: usize): usize {
  if (next == 0) next = __heap_base;
  const address = (next + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
  next = address + byteCount;
  const missing = <isize>next - <isize>(<usize>memory.size() * PAGE_BYTES);
  if (missing > 0) {
    const pages = (<usize>missing + PAGE_BYTES - 1) / PAGE_BYTES;
    if (memory.grow(<i32>pages) < 0) unreachable();
  }
  return address;
}
