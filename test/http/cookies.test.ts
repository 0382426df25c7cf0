import { describe, expect, it } from 'vitest'
import {
  accessCookieName,
  ResponseCookies,
  readCookies,
  refreshCookieName,
} from '../../src/http/request/cookies.ts'
import { base, createTestHttpApp } from './support/test-http-app.ts'

const read = (cookie: string) => readCookies(new Request(base, { headers: { cookie } }))

describe('reading cookies', () => {
  it('finds ours among others', () => {
    const cookies = read(`a=1; ${accessCookieName}=abc.def-_; theme=dark`)
    expect(cookies.get(accessCookieName)).toBe('abc.def-_')
    expect(cookies.get(refreshCookieName)).toBeNull()
    expect([cookies.present, cookies.refused]).toEqual([true, false])
    expect(readCookies(new Request(base)).present).toBe(false)
    expect(read('other=1').present).toBe(false)
  })

  it('believes none of them when one came twice', () => {
    for (const twice of [
      `${refreshCookieName}=a; ${refreshCookieName}=b`,
      `${refreshCookieName}=a;${refreshCookieName}`,
    ]) {
      const cookies = read(`${accessCookieName}=x; ${twice}`)
      expect([cookies.refused, cookies.present]).toEqual([true, true])
      expect([cookies.get(refreshCookieName), cookies.get(accessCookieName)]).toEqual([null, null])
    }
    expect(read('other=1; other=2').refused).toBe(false)
  })

  it('takes names exactly and values only of cookie characters', () => {
    expect(read(`__host-gatehouse-access=a`).present).toBe(false)
    expect(read(`x${accessCookieName}=a`).present).toBe(false)
    expect(read(`${accessCookieName}="a"`).get(accessCookieName)).toBeNull()
    expect(read(`${accessCookieName}=a b`).get(accessCookieName)).toBeNull()
    expect(read(`${accessCookieName}=`).get(accessCookieName)).toBeNull()
    expect(read(`${accessCookieName}=a,b`).get(accessCookieName)).toBeNull()
    expect(read(`${accessCookieName}=a=b==`).get(accessCookieName)).toBe('a=b==')
    expect(read(`${accessCookieName}=${'a'.repeat(4097)}`).get(accessCookieName)).toBeNull()
    expect(read(';;;=;==; ').present).toBe(false)
  })
})

describe('setting cookies', () => {
  it('is host-only, secure, out of reach of scripts, and bounded to 400 days', () => {
    const cookies = new ResponseCookies({ sameSite: 'lax' })
    cookies.set(refreshCookieName, 'ghr_abc', { maxAgeSeconds: 10 ** 12 })
    cookies.expire(accessCookieName)
    expect(cookies.lines()).toEqual([
      '__Host-gatehouse-refresh=ghr_abc; Max-Age=34560000; Path=/; Secure; HttpOnly; SameSite=Lax',
      '__Host-gatehouse-access=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax',
    ])
  })

  it('refuses values that would end the cookie or the header', () => {
    const cookies = new ResponseCookies({ sameSite: 'strict' })
    for (const value of ['a;b', 'a b', 'a\r\nx: y', 'a"b', 'a,b', '', 'ä', 'x'.repeat(4097)]) {
      expect(() => cookies.set(accessCookieName, value, { maxAgeSeconds: 1 })).toThrow('forbidden')
    }
  })

  it('reaches the answer of the operation that did it, the last word winning', async () => {
    const app = createTestHttpApp()
    const lines = (await app.post({ query: '{ setCookies }' })).headers.getSetCookie()
    expect(lines).toHaveLength(2)
    expect(lines[0]).toBe(
      '__Host-gatehouse-access=second; Max-Age=34560000; Path=/; Secure; HttpOnly; SameSite=Strict',
    )
    expect((await app.post({ query: '{ hello }' })).headers.getSetCookie()).toEqual([])
  })
})
