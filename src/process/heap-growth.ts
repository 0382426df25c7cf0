import { setFlagsFromString } from 'node:v8'

/**
 * Lets V8 collect the old generation when it has doubled. By itself V8 waits until it is four times as large, and a process under load
 * takes up to twice the memory. See docs/decisions/0071-growth-of-the-heap.md.
 */
export function limitHeapGrowth(): void {
  setFlagsFromString('--heap-growing-percent=100')
}
