import type { Prisma } from '../generated/client.ts'

/** The Prisma client that a store uses: the client itself, or the client of a running transaction. */
export type Queries = Prisma.TransactionClient
