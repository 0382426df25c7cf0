import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'

type Engine = typeof import('@prisma/schema-engine-wasm/schema_engine_bg')

const bindingsModule = '@prisma/schema-engine-wasm/schema_engine_bg'
declare global {
  /** The JavaScript bindings support one engine per process, so a second copy of this file must reuse the first engine. */
  var gatehouseSchemaEngine: Promise<Engine> | undefined
}

/**
 * Opens Prisma's schema engine, compiled to WebAssembly, with a driver adapter: the engine of `prisma migrate` without the
 * downloaded binary. It is loaded once per process, on first use (60–240 ms). Free it after use.
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
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const file = createRequire(import.meta.url)
    .resolve(bindingsModule)
    .replace(/\.js$/, '.wasm')
  const { instance } = await WebAssembly.instantiate(await readFile(file), {
    './schema_engine_bg.js': { ...bindings },
  })
  const setInstance: unknown = Reflect.get(bindings, '__wbg_set_wasm')
  if (typeof setInstance !== 'function')
    throw new Error(
      '@prisma/schema-engine-wasm does not export __wbg_set_wasm: its version is not supported.',
    )
  setInstance(instance.exports)
  const start = instance.exports.__wbindgen_start
  if (typeof start === 'function') start()
  return bindings
}
