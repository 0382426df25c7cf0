import { openTracer } from '../adapters/telemetry/open-tracer.ts'
import { createPinoLogger } from '../adapters/telemetry/pino-logger.ts'
import type { Config } from '../config/config.ts'
import type { Logger } from '../lib/observation/logger.ts'

/** Opens the log of this process, on standard output. */
export function openLogger({ log, workers }: Pick<Config, 'log' | 'workers'>): Logger {
  return createPinoLogger({ ...log, isShared: workers > 1 }, undefined, openTracer())
}
