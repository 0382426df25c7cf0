import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'

type Engine = typeof import('@prisma/schema-engine-wasm/schema_engine_bg')

const glueModule = '@prisma/schema-engine-wasm/schema_engine_bg'
declare global {
  /** The glue knows one instance of the engine in a process: a second copy of this file must find the first one's. */
  var gatehouseSchemaEngine: Promise<Engine> | undefined
}

/**
 * Prisma's schema engine, compiled to WebAssembly, over a driver adapter: what `prisma migrate` drives, without its
 * downloaded binary. Loaded once per process, on first use (60–240 ms). Free it after use.
 */
export async function openSchemaEngine(
  factory: SqlMigrationAwareDriverAdapterFactory,
  datamodel: string | null = null,
): Promise<SchemaEngine> {
  globalThis.gatehouseSchemaEngine ??= loadEngine()
  const { SchemaEngine } = await globalThis.gatehouseSchemaEngine
  const datamodels: [string, string][] | undefined =
    datamodel === null ? undefined : [['schema.prisma', datamodel]]
  return SchemaEngine.new({ datamodels }, ignoreLog, bindMigrationAwareSqlAdapterFactory(factory))
}

function ignoreLog(): void {}

async function loadEngine(): Promise<Engine> {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const file = createRequire(import.meta.url)
    .resolve(glueModule)
    .replace(/\.js$/, '.wasm')
  const { instance } = await WebAssembly.instantiate(await readFile(file), {
    './schema_engine_bg.js': { ...glue },
  })
  const bind: unknown = Reflect.get(glue, '__wbg_set_wasm')
  if (typeof bind !== 'function') throw new Error('@prisma/schema-engine-wasm has changed its shape')
  bind(instance.exports)
  const start = instance.exports.__wbindgen_start
  if (typeof start === 'function') start()
  return glue
}
