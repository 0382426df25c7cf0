import { beforeEach, describe, expect, it } from 'vitest'
import type { TenantRevocation } from '../../src/domain/tokens/revocation.ts'
import { TenantRevocations } from '../../src/domain/tokens/tenant-revocations.ts'

const tenantId = '0190c0de-0000-7000-8000-000000000001'
const early = new Date('2026-01-01T10:00:00Z')
const boundary = new Date('2026-01-01T11:00:00Z')
const late = new Date('2026-01-01T12:00:00Z')

let revocations: TenantRevocations
beforeEach(() => {
  revocations = new TenantRevocations()
})

describe('revocations of tenants', () => {
  it('refuse earlier tokens also after a change that refuses none', () => {
    revocations.add(change(2, boundary), 1000)
    revocations.add(change(3, null), 2000)
    expect(refuses(early)).toBe(true)
    expect(refuses(late)).toBe(false)
    expect(revocations.versionOf(tenantId)).toBe(3)
  })

  it('refuse earlier tokens if the change that refuses them arrives last', () => {
    revocations.add(change(3, null), 2000)
    expect(revocations.has(change(2, boundary))).toBe(false)
    revocations.add(change(2, boundary), 1000)
    expect(refuses(early)).toBe(true)
    expect(revocations.versionOf(tenantId)).toBe(3)
    expect(revocations.has(change(2, boundary))).toBe(true)
  })

  it('follow the newest change that refuses tokens', () => {
    revocations.add(change(3, boundary), 2000)
    revocations.add(change(2, late), 1000)
    expect(refuses(early)).toBe(true)
    expect(refuses(boundary)).toBe(false)
  })

  it('are kept until the last of them expires', () => {
    revocations.add(change(2, boundary), 2000)
    revocations.add(change(3, null), 1000)
    revocations.forget(1999)
    expect(refuses(early)).toBe(true)
    revocations.forget(2000)
    expect(refuses(early)).toBe(false)
  })
})

function change(tenantVersion: number, issuedBefore: Date | null): TenantRevocation {
  return { kind: 'TENANT', tenantId, tenantVersion, issuedBefore }
}

function refuses(issuedAt: Date): boolean {
  return revocations.match({ tenantId, issuedAt })
}
