import type { Secret } from '../../../lib/crypto/secret.ts'
import type { EnvReader } from '../../env-reader.ts'
import { randomText } from '../../rules/secret-rules.ts'
import type { Variables } from '../../variable.ts'

export const metricsVariables = {
  METRICS_TOKEN: {
    unset: 'no metrics',
    secret: true,
    description:
      'Bearer token that `GET /metrics` (Prometheus text format) requires, at least 32 random characters.',
  },
} as const satisfies Variables

/** `null`: there is no metrics endpoint. */
export function readMetricsToken(reader: EnvReader<typeof metricsVariables>): Secret | null {
  return reader.read('METRICS_TOKEN', randomText, null)
}
