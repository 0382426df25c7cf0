const mebibyte = 2 ** 20
/** A worker with fewer does not start reliably. */
const minMiB = 192

export interface HeapFigures {
  readonly workers: number
  /** The limit that Node would give one process. */
  readonly limitBytes: number
  /** Memory of this machine or container. */
  readonly memoryBytes: number
}

/** Heap limit of one worker, in MiB. Each would otherwise take half of the memory for itself. */
export function workerHeapMiB({ workers, limitBytes, memoryBytes }: HeapFigures): number {
  const share = Math.max(minMiB * mebibyte, memoryBytes / 2 / workers)
  return Math.floor(Math.min(limitBytes, share) / mebibyte)
}
