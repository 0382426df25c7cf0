import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { MaxmindGeoLocator } from '../../src/adapters/geo/maxmind-geo-locator.ts'
import { writeMmdb } from '../support/mmdb.ts'

const folder = mkdtempSync(join(tmpdir(), 'geo-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(content: Uint8Array | string, name = 'places.mmdb'): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const places = {
  '203.0.113.0/24': { country: 'DE', latitude: 52.5244, longitude: 13.4105 },
  '198.51.100.0/25': { country: 'NZ' },
  '2001:db8:1::/48': { country: 'FR', latitude: -48.8566, longitude: 2.3522 },
}

describe('the locator of addresses', () => {
  it('knows the networks of its file, to one decimal', () => {
    const locator = MaxmindGeoLocator.open(write(writeMmdb(places)))
    expect(locator.locate('203.0.113.255')).toEqual({ country: 'DE', latitude: 52.5, longitude: 13.4 })
    expect(locator.locate('198.51.100.127')).toEqual({ country: 'NZ', latitude: null, longitude: null })
    expect(locator.locate('2001:db8:1:ffff::1')).toEqual({ country: 'FR', latitude: -48.9, longitude: 2.4 })
  })

  it('answers null for addresses that it does not know, and never throws', () => {
    const locator = MaxmindGeoLocator.open(write(writeMmdb(places)))
    for (const address of ['203.0.114.0', '198.51.100.128', '2001:db8:2::1', '::1', 'no address', ''])
      expect(locator.locate(address)).toBeNull()
  })

  it('takes no word for a country that is none', () => {
    const odd = { ...places, '203.0.113.0/24': { country: '-' }, '198.51.100.0/25': { country: 'Germany' } }
    const locator = MaxmindGeoLocator.open(write(writeMmdb(odd)))
    expect(locator.locate('203.0.113.1')?.country).toBeNull()
    expect(locator.locate('198.51.100.1')?.country).toBeNull()
  })

  it.each([
    ['ip-location-db', { country_code: 'NZ', latitude: { double: -41.28 }, longitude: { double: 174.77 } }],
    ['IPinfo', { country: 'NZ', lat: '-41.28', lng: '174.77' }],
    ['IPinfo Lite', { country: 'New Zealand', country_code: 'NZ', latitude: '-41.3', longitude: '174.8' }],
    ['lower case', { country_code: 'nz', lat: '-41.28', lon: '174.77' }],
  ])('reads flat records: %s', (_name, record) => {
    const file = writeMmdb({ '203.0.113.0/24': { record } }, 'DBIP-Country-Lite')
    const locator = MaxmindGeoLocator.open(write(file))
    expect(locator.locate('203.0.113.1')).toEqual({ country: 'NZ', latitude: -41.3, longitude: 174.8 })
  })

  it.each(['2001:db8:1::/48', 'ffff::/16', '255.255.255.0/24'])('finds its sample in %s', (network) => {
    expect(() => MaxmindGeoLocator.open(write(writeMmdb({ [network]: { country: 'NZ' } })))).not.toThrow()
  })

  it('refuses a file of which it knows no country', () => {
    for (const record of [{ land: 'DE' }, { country: 'Germany' }, { country_code: '-' }, {}]) {
      const path = write(writeMmdb({ '203.0.113.0/24': { record }, '2001:db8::/32': { record } }))
      expect(() => MaxmindGeoLocator.open(path)).toThrow(`GEOIP_DATABASE (${path}) contains no two-letter`)
    }
  })

  it('says which variable names a file that cannot be used, and why', () => {
    const cut = writeMmdb(places).subarray(0, -20)
    const cases: [path: string, reason: string][] = [
      [join(folder, 'none.mmdb'), 'cannot be read'],
      [write('not a database', 'text.mmdb'), 'is not an .mmdb file'],
      [write(cut, 'cut.mmdb'), 'is not an .mmdb file'],
      [write(writeMmdb(places, 'GeoLite2-ASN'), 'asn.mmdb'), 'contains neither countries nor cities'],
    ]
    for (const [path, reason] of cases)
      expect(() => MaxmindGeoLocator.open(path)).toThrow(`GEOIP_DATABASE (${path}) ${reason}`)
  })
})
