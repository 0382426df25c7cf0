import { liveRevocations } from './live-revocations.ts'
import { loginOverload } from './login-overload.ts'
import { loginStorm } from './login-storm.ts'
import { manyCallers } from './many-callers.ts'
import { memory } from './memory.ts'
import { revocationBurst } from './revocation-burst.ts'
import type { Scenario } from './scenario.ts'
import { startTime } from './start-time.ts'
import { storedBytes } from './stored-bytes.ts'

export const scenarios: readonly Scenario[] = [
  manyCallers,
  loginStorm,
  loginOverload,
  memory,
  startTime,
  storedBytes,
  liveRevocations,
  revocationBurst,
]
