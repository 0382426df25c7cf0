import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { sealingPurpose } from '../../src/domain/keys/key-generation.ts'
import type { Sealer } from '../../src/domain/keys/sealer.ts'
import type { StoredSigningKey } from '../../src/domain/keys/signing-key.ts'

/** Services that run at the same time in one test file have different keys as long as they are not more than this. */
const stockSize = 12
export const stockedRsaBits = 2_048

/** Generates RSA keys once for all tests, because each takes a sixth of a second. Returns the file; it is kept. */
export async function makeKeyStock(file: string): Promise<string> {
  if (await stat(file).catch(() => null)) return file
  const keys = await Promise.all(Array.from({ length: stockSize }, makeKey))
  await mkdir(dirname(file), { recursive: true })
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, JSON.stringify(keys), { mode: 0o600 })
  await rename(draft, file)
  return file
}

interface StockedKey {
  readonly kid: string
  readonly publicJwk: JWK
  readonly privateJwk: JWK
}

async function makeKey(): Promise<StockedKey> {
  const pair = await generateKeyPair('RS256', { modulusLength: stockedRsaBits, extractable: true })
  const publicJwk = await exportJWK(pair.publicKey)
  return {
    kid: await calculateJwkThumbprint(publicJwk),
    publicJwk,
    privateJwk: await exportJWK(pair.privateKey),
  }
}

let stock: readonly StockedKey[] = []
let taken = 0

/** The next key of the stock, as the first signing key of a service. */
export async function stockedSigningKey(file: string, sealer: Sealer, now: Date): Promise<StoredSigningKey> {
  if (stock.length === 0) stock = JSON.parse(await readFile(file, 'utf8'))
  const key = stock[taken % stock.length]
  if (key === undefined) throw new Error(`${file} contains no keys.`)
  taken += 1
  const { kid, publicJwk, privateJwk } = key
  return {
    kid,
    algorithm: 'RS256',
    publicJwk: { ...publicJwk, kid, alg: 'RS256', use: 'sig' },
    sealedPrivateJwk: sealer.seal(Buffer.from(JSON.stringify(privateJwk)), sealingPurpose(kid)),
    state: 'CURRENT',
    createdAt: now,
    activatedAt: now,
    retiresAt: null,
  }
}
