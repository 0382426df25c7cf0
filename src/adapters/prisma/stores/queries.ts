import type { Prisma } from '../generated/client.ts'

/** What a store needs of Prisma: the client itself, or the one of a running transaction. */
export type Queries = Prisma.TransactionClient
