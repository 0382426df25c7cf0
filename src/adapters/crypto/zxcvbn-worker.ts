import { parentPort } from 'node:worker_threads'
import { createScoring, type ScoringRequest } from './zxcvbn-scoring.ts'

// The entry point of a thread; the exception to the rule that importing a file has no side effects.
const scoring = createScoring()
parentPort?.on('message', (request: ScoringRequest) => {
  parentPort?.postMessage(scoring(request))
})
// The first message reports that the dictionaries are loaded.
parentPort?.postMessage(null)
