import { DriverAdapterError } from '@prisma/driver-adapter-utils'

/** Rethrows a PostgreSQL error as a DriverAdapterError, which Prisma and the schema engine expect; others unchanged. */
export function raiseAdapterError(error: unknown): never {
  if (!(error instanceof Error)) throw error
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(error, name)
    return typeof value === 'string' ? value : undefined
  }
  const code = text('code')
  const severity = text('severity')
  if (code === undefined || severity === undefined) throw error
  throw new DriverAdapterError({
    kind: 'postgres',
    originalCode: code,
    originalMessage: error.message,
    code,
    severity,
    message: error.message,
    detail: text('detail'),
    column: text('column'),
    hint: text('hint'),
  })
}
