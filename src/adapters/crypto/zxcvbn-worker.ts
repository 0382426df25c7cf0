import { parentPort } from 'node:worker_threads'
import { createScoring } from './zxcvbn-scoring.ts'

/** What ZxcvbnPasswordScorer asks its thread. */
export interface ScoringRequest {
  readonly password: string
  readonly words: readonly string[]
}

// The entry of a thread: unlike any other file it does something when it is loaded.
const scoring = createScoring()
parentPort?.on('message', ({ password, words }: ScoringRequest) => {
  parentPort?.postMessage(scoring(password, words))
})
// The first message says that the dictionaries are there.
parentPort?.postMessage(null)
