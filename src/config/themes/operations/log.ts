import type { EnvReader } from '../../env-reader.ts'
import { oneOf } from '../../rules/choice-rules.ts'
import type { Variables } from '../../variable.ts'

export const logVariables = {
  LOG_LEVEL: {
    default: 'info',
    description:
      'Minimum level of log lines: `debug`, `info`, `warn`, `error` or `silent`. Every level except `silent` reports that the process is ready, with the addresses on which it listens, and that it stops.',
  },
  LOG_FORMAT: {
    unset: '`json`; `pretty` on a terminal outside production',
    description: '`json` writes one JSON object per line, `pretty` writes lines for human readers.',
  },
} as const satisfies Variables

export interface LogConfig {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly format: 'json' | 'pretty'
}

export function readLog(reader: EnvReader<typeof logVariables>, pretty: boolean): LogConfig {
  return {
    level: reader.readOrDefault('LOG_LEVEL', oneOf('debug', 'info', 'warn', 'error', 'silent')),
    format: reader.read('LOG_FORMAT', oneOf('json', 'pretty'), pretty ? 'pretty' : 'json'),
  }
}
