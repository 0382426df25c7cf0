import type { Secret } from '../../../lib/crypto/secret.ts'
import type { EnvReader } from '../../env-reader.ts'
import { integer } from '../../rules/number-rules.ts'
import { randomText } from '../../rules/secret-rules.ts'
import type { Variables } from '../../variable.ts'

export const metricsVariables = {
  METRICS_TOKEN: {
    unset: 'no metrics on `PORT`',
    secret: true,
    description:
      'Bearer token that `GET /metrics` (Prometheus text format) requires, at least 32 random characters.',
  },
  METRICS_PORT: {
    unset: 'no port of its own',
    description:
      'Another port of `HOST` that serves only `GET /metrics`, 0 to 65535; without `METRICS_TOKEN` to everyone who can reach it. Do not publish it.',
  },
} as const satisfies Variables

export interface MetricsConfig {
  /** Null: `/metrics` is served on the port of its own alone, without a token. */
  readonly token: Secret | null
  /** Null: `/metrics` is served on the port of the service alone. */
  readonly port: number | null
}

/** `null`: nothing is counted. */
export function readMetrics(reader: EnvReader<typeof metricsVariables>): MetricsConfig | null {
  const token = reader.read('METRICS_TOKEN', randomText, null)
  const port = reader.read('METRICS_PORT', integer(0, 65_535), null)
  return token === null && port === null ? null : { token, port }
}
