import { open, readFile, type FileHandle } from 'node:fs/promises';

const PAGE_BYTES = 4_096;
const PIECE_BYTES = 16 * 1024 * 1024;
/** Pieces share so many bytes, so that nothing is missed where they meet. */
const OVERLAP_BYTES = 512;
/** Of the eight bytes that stand for a page, the last says with its upper bits whether it is in memory or swapped out. */
const ENTRY_BYTES = 8;
const IS_THERE = 0xc0;

interface Region {
  readonly start: number;
  readonly end: number;
}

/** What the process may write to: heaps, stacks, buffers, and all that is only reserved for them. */
const writableRegions = (maps: string): readonly Region[] =>
  [...maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)].map(([, start = '', end = '']) => ({
    start: parseInt(start, 16),
    end: parseInt(end, 16),
  }));

/** The parts of a region that have ever been written to. */
const writtenParts = async (pagemap: FileHandle, { start, end }: Region): Promise<readonly Region[]> => {
  const length = ((end - start) / PAGE_BYTES) * ENTRY_BYTES;
  const position = (start / PAGE_BYTES) * ENTRY_BYTES;
  const { buffer: entries, bytesRead } = await pagemap.read(Buffer.alloc(length), 0, length, position);
  const parts: { start: number; end: number }[] = [];
  for (let index = 0; index * ENTRY_BYTES < bytesRead; index += 1) {
    if (((entries[index * ENTRY_BYTES + ENTRY_BYTES - 1] ?? 0) & IS_THERE) === 0) continue;
    const at = start + index * PAGE_BYTES;
    const last = parts.at(-1);
    if (last?.end === at) last.end += PAGE_BYTES;
    else parts.push({ start: at, end: at + PAGE_BYTES });
  }
  return parts;
};

const isUnmapped = (error: unknown): boolean => ['EIO', 'EFAULT'].includes((error as NodeJS.ErrnoException).code ?? '');

/** The process goes on meanwhile and may give memory back: what is gone is skipped. */
const readAt = async (memory: FileHandle, position: number, length: number): Promise<Buffer> => {
  try {
    const { buffer, bytesRead } = await memory.read(Buffer.allocUnsafe(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (isUnmapped(error)) return Buffer.alloc(0);
    throw error;
  }
};

/**
 * The memory of a running process, byte by byte, buffers and what is only waiting for the garbage collector included.
 * Linux lets a process read that of its descendants.
 */
export async function* memoryOf(pid: number): AsyncGenerator<Buffer> {
  const regions = writableRegions(await readFile(`/proc/${pid}/maps`, 'utf8'));
  await using pagemap = await open(`/proc/${pid}/pagemap`, 'r');
  await using memory = await open(`/proc/${pid}/mem`, 'r');
  for (const region of regions) {
    for (const { start, end } of await writtenParts(pagemap, region)) {
      for (let from = start; from < end; from += PIECE_BYTES) {
        yield await readAt(memory, from, Math.min(PIECE_BYTES + OVERLAP_BYTES, end - from));
      }
    }
  }
}
