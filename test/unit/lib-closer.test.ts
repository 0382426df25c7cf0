import { describe, expect, it } from 'vitest'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'

describe('Closer.close', () => {
  it('closes one after the other, last opened first', async () => {
    const closer = new Closer()
    const order: string[] = []
    for (const name of ['database', 'redis', 'server']) {
      closer.add(name, async () => {
        order.push(`${name} begins`)
        await new Promise((resolve) => setImmediate(resolve))
        order.push(`${name} ends`)
      })
    }
    await closer.close()
    expect(order).toEqual([
      'server begins',
      'server ends',
      'redis begins',
      'redis ends',
      'database begins',
      'database ends',
    ])
  })

  it('tries everything and reports all failures by name', async () => {
    const closer = new Closer()
    let closed = false
    closer.add('database', () => Promise.reject(new Error('gone')))
    closer.add('redis', async () => {
      closed = true
    })
    closer.add('server', () => {
      throw new Error('never opened')
    })
    const error = await closer.close().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AggregateError)
    expect(error).toMatchObject({
      message: 'server did not close; database did not close',
      errors: [{ cause: { message: 'never opened' } }, { cause: { message: 'gone' } }],
    })
    expect(closed).toBe(true)
  })

  it('closes nothing twice', async () => {
    const closer = new Closer()
    let count = 0
    closer.add('database', async () => {
      count += 1
    })
    await Promise.all([closer.close(), closer.close()])
    await closer.close()
    expect(count).toBe(1)
  })
})

describe('silentLogger', () => {
  it('says nothing, and neither do its children', () => {
    const child = silentLogger.child({ requestId: 'x' })
    for (const level of ['debug', 'info', 'warn', 'error'] as const) {
      expect(child[level]({}, 'message')).toBeUndefined()
    }
  })
})
