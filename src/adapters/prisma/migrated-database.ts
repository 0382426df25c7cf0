import type { Database, PoolConnections } from './database.ts'
import type { PrismaClient } from './generated/client.ts'
import {
  type AddressReport,
  areAddressesNormalised,
  normaliseAddresses,
} from './migrations/normalise-addresses.ts'
import { PendingMigrations, type RunQuery } from './migrations/pending-migrations.ts'
import { assertSuitable } from './migrations/suitable-database.ts'
import type { FrequentQueries } from './stores/queries.ts'

/** Base of both databases: lists and applies missing migrations, and closes once. */
export abstract class MigratedDatabase implements Database {
  abstract readonly kind: Database['kind']
  abstract readonly client: PrismaClient
  abstract readonly frequent: FrequentQueries
  readonly #runQuery: RunQuery
  readonly #schema: string | null
  readonly #pending: PendingMigrations
  #closing: Promise<void> | null = null

  constructor(runQuery: RunQuery, schema: string | null = null) {
    this.#runQuery = runQuery
    this.#schema = schema
    this.#pending = new PendingMigrations(runQuery)
  }

  abstract ping(): Promise<void>

  /** Applies every missing migration. Called only if one is missing. */
  protected abstract applyMissing(): Promise<readonly string[]>

  /** Closes the connections after the client has disconnected. Called once. */
  protected abstract disconnect(): Promise<void>

  async openConnections(): Promise<void> {}

  get connections(): PoolConnections | null {
    return null
  }

  assertSuitable(): Promise<void> {
    return assertSuitable(this.#runQuery, this.#schema)
  }

  async migrate(): Promise<readonly string[]> {
    await this.assertSuitable()
    if ((await this.pendingMigrations()).length === 0) return []
    return this.applyMissing()
  }

  normaliseAddresses(): Promise<AddressReport> {
    return normaliseAddresses(this.client)
  }

  areAddressesNormalised(): Promise<boolean> {
    return areAddressesNormalised(this.client)
  }

  pendingMigrations(): Promise<readonly string[]> {
    return this.#pending.list()
  }

  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    await this.client.$disconnect()
    await this.disconnect()
  }
}
