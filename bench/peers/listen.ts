import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Listens on a free port and reports it in the way that the measurement reads. */
export function listen(listener: RequestListener): void {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (isBound(address)) console.log(`Listens on port ${address.port}`)
  })
}

const isBound = (address: AddressInfo | string | null): address is AddressInfo =>
  address !== null && typeof address !== 'string'
