import { describe, expect, it } from 'vitest'
import { parseRedisUrl, redisUrlStart } from '../../src/config/themes/storage/redis-url.ts'

const anyone = { username: null, password: null }

/** The address, with passwords as text. */
function parse(url: string): unknown {
  const address = parseRedisUrl(url)
  if (typeof address === 'string') return address
  const { password, sentinel } = address
  return {
    ...address,
    password: password?.reveal() ?? null,
    sentinel: { ...sentinel, password: sentinel.password?.reveal() ?? null },
  }
}

describe('a URL of Redis', () => {
  const server = { kind: 'server', tls: false, database: 0, master: '', ...anyone, sentinel: anyone }

  it.each([
    ['redis://localhost', { ...server, nodes: [{ host: 'localhost', port: 6379 }] }],
    ['redis://localhost/', { ...server, nodes: [{ host: 'localhost', port: 6379 }] }],
    ['rediss://[::1]:7000/3', { ...server, tls: true, nodes: [{ host: '::1', port: 7000 }], database: 3 }],
    ['redis://:p%40%23@h', { ...server, nodes: [{ host: 'h', port: 6379 }], password: 'p@#' }],
    ['redis://u:a:b@h', { ...server, nodes: [{ host: 'h', port: 6379 }], username: 'u', password: 'a:b' }],
  ])('names a server: %s', (url, address) => {
    expect(parse(url)).toEqual(address)
  })

  it('names Sentinels and a master', () => {
    const url =
      'rediss+sentinel://u:p@one,two:26380/my-master/2?sentinelUsername=watcher&sentinelPassword=s%26+p'
    expect(parse(url)).toEqual({
      kind: 'sentinel',
      tls: true,
      nodes: [
        { host: 'one', port: 26_379 },
        { host: 'two', port: 26_380 },
      ],
      username: 'u',
      password: 'p',
      master: 'my-master',
      database: 2,
      sentinel: { username: 'watcher', password: 's&+p' },
    })
  })

  it('names nodes of a cluster', () => {
    expect(parse('redis+cluster://u:p@one:7000,two/0')).toEqual({
      ...server,
      kind: 'cluster',
      nodes: [
        { host: 'one', port: 7000 },
        { host: 'two', port: 6379 },
      ],
      username: 'u',
      password: 'p',
    })
  })

  it.each([
    ['redis://', 'must name a host, as host or host:port; several hosts are separated by commas.'],
    ['redis://a,,b', 'must name a host, as host or host:port; several hosts are separated by commas.'],
    ['redis+cluster://a,', 'must name a host, as host or host:port; several hosts are separated by commas.'],
    ['redis://a:port', 'must name a host, as host or host:port; several hosts are separated by commas.'],
    ['redis://a:0', 'must have ports from 1 to 65535.'],
    ['redis://a:65536', 'must have ports from 1 to 65535.'],
    ['redis://a,b', 'has several hosts: use redis+sentinel:// or redis+cluster:// (rediss+… with TLS).'],
    ['redis://a/x', 'must end after the host, or with the number of a database, as /0.'],
    ['redis://a/0/1', 'must end after the host, or with the number of a database, as /0.'],
    ['redis://a b', 'must not contain white space.'],
    ['redis://u:p#q@a', 'must not have a fragment: a # in the password is written as %23.'],
    ['redis://u:p?q@a', 'must not have a query: a ? in the password is written as %3F.'],
    ['redis://u:p@q@a', 'has an @ in the user or the password: write it as %40.'],
    ['redis://u:p/q@a', 'has an @ after a /: a / in the password is written as %2F.'],
    ['redis://u:50%@a', 'has a % that is not part of a percent-encoding: write it as %25.'],
    ['redis://u@a', 'has a user without a password: use user:password@, or :password@ for the default user.'],
    ['redis://a?db=1', 'must not have a query: a ? in the password is written as %3F.'],
    ['redis+cluster://a/1', 'must not name a database: a cluster has only database 0.'],
    ['redis+sentinel://a', 'must have the name of the master after the hosts, as /mymaster or /mymaster/0.'],
    [
      'redis+sentinel://a/m?tls=1',
      'may have a query with sentinelUsername and sentinelPassword only, each once.',
    ],
    ['redis+sentinel://a/m?sentinelUsername=u', 'has sentinelUsername without sentinelPassword.'],
  ])('has a mistake that is named: %s', (url, mistake) => {
    expect(redisUrlStart.parse(url)).toBe(url)
    expect(parse(url)).toBe(mistake)
  })

  it.each(['http://a', 'redis:a', 'redis+tls://a', 'a:6379', 'REDIS://a'])(
    'begins with a scheme: %s',
    (url) => {
      expect(redisUrlStart.parse(url)).toBeNull()
    },
  )
})
