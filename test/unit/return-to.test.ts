import { describe, expect, it } from 'vitest'
import { readReturnTo } from '../../src/pages/return-to.ts'

const page = 'https://auth.example.com/sign-in'
const allowed = ['https://auth.example.com', 'https://app.example.com', 'http://localhost:5173']
const read = (text: string | null) => readReturnTo(text, page, allowed)?.href ?? null

describe('return_to', () => {
  it.each([
    ['/account', 'https://auth.example.com/account'],
    ['/account?tab=1#sessions', 'https://auth.example.com/account?tab=1#sessions'],
    ['https://app.example.com', 'https://app.example.com/'],
    ['HTTPS://APP.example.com:443/a%20b?c=%2Fd', 'https://app.example.com/a%20b?c=%2Fd'],
    [
      'https://app.example.com/@ada?next=https://evil.example',
      'https://app.example.com/@ada?next=https://evil.example',
    ],
    ['http://localhost:5173/callback', 'http://localhost:5173/callback'],
  ])('leads to an allowed origin: %s', (text, href) => {
    expect(read(text)).toBe(href)
  })

  it.each([
    null,
    '',
    'evil.example',
    'https://evil.example',
    '//evil.example',
    '///evil.example',
    '////evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '\\/evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' https://evil.example',
    'https://app.example.com\t.evil.example',
    'https://app.example.com\\.evil.example',
    'https://app.example.com\u0000.evil.example',
    '/%09/evil.example',
    '/%0d%0aLocation:https://evil.example',
    '/%2fevil.example',
    '/%2F%2Fevil.example',
    '/%5cevil.example',
    '/.//evil.example',
    '/account/..//evil.example',
    'https:evil.example',
    'https:/evil.example',
    'https:///evil.example',
    'http:/\\evil.example',
    'https://app.example.com@evil.example',
    'https://app.example.com:443@evil.example',
    'https://app.example.com%40evil.example',
    'https://ada:secret@app.example.com/',
    'https://@app.example.com/',
    'https://app.example.com.evil.example',
    'https://evil.example/https://app.example.com',
    'https://evil.example#https://app.example.com',
    'https://evil.example?https://app.example.com',
    'https://evilapp.example.com',
    'https://app.example.com:8443',
    'http://app.example.com',
    'https://app.example.com./',
    'https://\u0430pp.example.com',
    'https://xn--pp-6kc.example.com',
    'https://app.example\u3002com.evil.example',
    'https://app.example.com\u2044.evil.example',
    'http://localhost:5174',
    'http://[::1]:5173',
    'http://127.0.0.1:5173',
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'javascript://app.example.com/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'blob:https://app.example.com/2c1d',
    'filesystem:https://app.example.com/temporary/a',
    'view-source:https://app.example.com',
    'ftp://app.example.com',
    'file:///etc/passwd',
    'about:blank',
    `https://app.example.com/${'a'.repeat(2000)}`,
  ])('refuses %j', (text) => {
    expect(read(text)).toBeNull()
  })

  it('allows paths of the page even if its origin is behind a gateway', () => {
    expect(readReturnTo('/account', 'https://gateway.example.com/sign-in', allowed)?.href).toBe(
      'https://gateway.example.com/account',
    )
  })

  it('refuses everything with an opaque origin', () => {
    expect(readReturnTo('data:,x', page, ['null'])).toBeNull()
  })
})
