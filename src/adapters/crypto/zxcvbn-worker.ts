import { parentPort } from 'node:worker_threads'
import { createScoring } from './zxcvbn-scoring.ts'

/** A request of ZxcvbnPasswordScorer to its thread. */
export interface ScoringRequest {
  readonly password: string
  readonly words: readonly string[]
}

// The entry point of a thread; the exception to the rule that importing a file has no side effects.
const scoring = createScoring()
parentPort?.on('message', ({ password, words }: ScoringRequest) => {
  parentPort?.postMessage(scoring(password, words))
})
// The first message reports that the dictionaries are loaded.
parentPort?.postMessage(null)
