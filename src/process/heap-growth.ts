import { setFlagsFromString } from 'node:v8'

/**
 * Lets V8 collect the old generation when it has doubled. By default V8 lets it grow to four times its size, and a process under load
 * takes up to twice the memory. See docs/decisions/0071-growth-of-the-heap.md.
 */
export function limitHeapGrowth(): void {
  setFlagsFromString('--heap-growing-percent=100')
}
