import { availableParallelism } from 'node:os'
import type { BareOrder } from '../floors/bare-order.ts'
import { gatehouseEnv } from './gatehouse-env.ts'

/** A program that is measured. */
export interface Contestant {
  /** Column of the report. */
  readonly name: string
  readonly program: string
  /** Its client in `load/clients.ts`; `null`: a floor without HTTP. */
  readonly product: string | null
  /** Work of a floor without HTTP. */
  readonly work?: BareOrder['work']
  /** Whether its database has the table of tenants of Gatehouse. */
  readonly hasTenants?: boolean
  /** Further variables of its environment. */
  readonly env?: (databaseUrl: string, redisUrl: string) => Record<string, string>
}

const peerEnv = (databaseUrl: string, redisUrl: string) => ({
  DATABASE_URL: databaseUrl,
  REDIS_URL: redisUrl,
})

const main = 'dist/server/lib/main.js'
export const gatehouse: Contestant = {
  name: 'Gatehouse',
  program: main,
  product: 'gatehouse',
  hasTenants: true,
  env: gatehouseEnv,
}
export const gatehouseEs256: Contestant = {
  name: 'Gatehouse, ES256',
  program: main,
  product: 'gatehouse',
  hasTenants: true,
  env: (databaseUrl, redisUrl) => ({ ...gatehouseEnv(databaseUrl, redisUrl), SIGNING_ALGORITHM: 'ES256' }),
}
export const reference: Contestant = {
  name: 'reference',
  program: 'bench/peers/reference.ts',
  product: 'reference',
  env: peerEnv,
}
export const plain: Contestant = {
  name: 'plain GraphQL',
  program: 'bench/peers/plain.ts',
  product: 'plain',
  env: peerEnv,
}
export const accountsJs: Contestant = {
  name: 'accounts-js',
  program: 'bench/peers/installed/accounts-js.ts',
  product: 'accounts-js',
  env: peerEnv,
}
export const betterAuth: Contestant = {
  name: 'better-auth',
  program: 'bench/peers/installed/better-auth.ts',
  product: 'better-auth',
  env: peerEnv,
}
export const yogaConstant: Contestant = {
  name: 'Yoga, constant field',
  program: 'bench/floors/yoga-constant.ts',
  product: 'constant',
}
export const httpConstant: Contestant = {
  name: 'node:http, constant',
  program: 'bench/floors/http-constant.ts',
  product: 'constant',
}

const bare = 'bench/floors/bare-process.ts'
export const bareHash: Contestant = {
  name: 'bare argon2id hash',
  program: bare,
  product: null,
  work: 'hash',
  env: peerEnv,
}
export const bareRotation: Contestant = {
  name: 'bare rotation statement',
  program: bare,
  product: null,
  work: 'rotation',
  env: peerEnv,
}
export const bareScript: Contestant = {
  name: 'bare Redis script',
  program: bare,
  product: null,
  work: 'script',
  env: peerEnv,
}

/** Passwords that Gatehouse hashes at the same time by default (HASH_CONCURRENCY). */
export const hashConcurrency = Math.max(1, availableParallelism() - 1)
