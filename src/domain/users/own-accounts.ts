import { BoundedMap } from '../../lib/collections/bounded-map.ts'
import { BatchedReads } from '../../lib/concurrency/batched-reads.ts'
import type { Clock } from '../../lib/time/clock.ts'
import type { OwnerAccess } from '../access/owner-access.ts'
import type { Viewer } from '../access/viewer.ts'
import type { User } from './user.ts'
import type { UserChanges } from './user-changes.ts'
import type { UserReader } from './user-reader.ts'

export interface OwnAccountsDeps {
  readonly reader: UserReader
  /** Those of these users whose sign-in with the password requires a second step, in one statement. */
  readonly findSecondSteps: (userIds: readonly string[]) => Promise<ReadonlySet<string>>
  /** What the roles of the application grant to these users, in one statement. */
  readonly findAccess: (userIds: readonly string[]) => Promise<ReadonlyMap<string, OwnerAccess>>
  readonly changes: Pick<UserChanges, 'listen' | 'connection'>
  readonly revocations: { readonly isFresh: boolean; minimumTokenVersion(userId: string): number }
  readonly clock: Pick<Clock, 'monotonicMs'>
}

interface Copy {
  readonly user: User
  readonly readAtMs: number
  /** The connection on which changes of the user arrived when it was read. */
  readonly connection: number
  /** Whether the user has a second step; null: not requested yet, or the read failed. */
  secondStep: Promise<boolean> | null
  /** What the roles of the application grant to the user; null: not requested yet, or the read failed. */
  access: Promise<OwnerAccess | null> | null
}

/** A read that has not ended. `outdated`: the user has changed since it began, so its result is not kept. */
interface RunningRead {
  readonly result: Promise<User | null>
  outdated: boolean
}

/** Maximum age of a copy, whatever the channel reports. */
const maxAgeMs = 1_000
/** A copy takes about 1 kB, and as much again for the preferences and the metadata of the user. */
const maxCopies = 2_000
/** Users that one statement reads, and statements that run at a time, so that callers at once leave connections to others. */
const batchLimits = { maxItems: 500, maxRunning: 2 }

/**
 * The users that `me` returns, kept for a second, with their roles, and whether they have a second step. Nothing that decides access is
 * read here: tokens are refused by the revocations, and every other field reads the database. A copy is dropped when its
 * user or a factor changes, before the writer responds. It is not used if the token or a revocation is newer, or if this
 * process may have missed a message. Reads of one turn of the event loop share a statement, and so do those that wait.
 */
export class OwnAccounts {
  readonly #deps: OwnAccountsDeps
  readonly #copies = new BoundedMap<string, Copy>(maxCopies)
  readonly #running = new Map<string, RunningRead>()
  readonly #users: BatchedReads<string, ReadonlyMap<string, User>>
  readonly #secondSteps: BatchedReads<string, ReadonlySet<string>>
  readonly #access: BatchedReads<string, ReadonlyMap<string, OwnerAccess>>

  constructor(deps: OwnAccountsDeps) {
    this.#deps = deps
    const readUsers = async (ids: readonly string[]) =>
      new Map((await deps.reader.findByIds(ids)).map((user) => [user.id, user]))
    this.#users = new BatchedReads(readUsers, batchLimits)
    this.#secondSteps = new BatchedReads(deps.findSecondSteps, batchLimits)
    this.#access = new BatchedReads(deps.findAccess, batchLimits)
    deps.changes.listen((userIds) => {
      for (const userId of userIds) this.#forget(userId)
    })
  }

  /** The account of the viewer; null if it does not exist. */
  async find(viewer: Viewer): Promise<User | null> {
    const copy = this.#copyFor(viewer)
    const user = copy ?? (await this.#read(viewer.userId))
    return user?.tenantId === viewer.tenantId ? user : null
  }

  /**
   * Whether the user, as `find` has returned it, has a second step. It is read at the first request and kept with the
   * copy. Null if there is no copy any more, or the user comes from elsewhere: read the database then.
   */
  findSecondStep(user: User): Promise<boolean> | null {
    const copy = this.#copies.get(user.id)
    if (copy?.user !== user || !this.#isCurrent(copy)) return null
    copy.secondStep ??= this.#readSecondStep(copy)
    return copy.secondStep
  }

  /** The same for what the roles of the application grant. A change of a role can take a second to appear. */
  findAccess(user: User): Promise<OwnerAccess | null> | null {
    const copy = this.#copies.get(user.id)
    if (copy?.user !== user || !this.#isCurrent(copy)) return null
    copy.access ??= this.#readAccess(copy)
    return copy.access
  }

  #copyFor(viewer: Viewer): User | null {
    const copy = this.#copies.get(viewer.userId)
    if (copy === undefined || !this.#isCurrent(copy)) return null
    const version = viewer.kind === 'USER' ? viewer.tokenVersion : 0
    return copy.user.tokenVersion >= version ? copy.user : null
  }

  #isCurrent({ user, readAtMs, connection }: Copy): boolean {
    const { changes, revocations, clock } = this.#deps
    if (connection !== changes.connection || !revocations.isFresh) return false
    if (clock.monotonicMs() - readAtMs >= maxAgeMs) return false
    return user.tokenVersion >= revocations.minimumTokenVersion(user.id)
  }

  #forget(userId: string): void {
    this.#copies.delete(userId)
    const running = this.#running.get(userId)
    if (running === undefined) return
    running.outdated = true
    this.#running.delete(userId)
  }

  /** Joins a read that runs, unless the user has changed since it began. */
  async #read(userId: string): Promise<User | null> {
    const running = this.#running.get(userId)
    if (running !== undefined) return running.result
    const { clock, changes } = this.#deps
    const readAtMs = clock.monotonicMs()
    const { connection } = changes
    const result = this.#users.request(userId).then((users) => users.get(userId) ?? null)
    const read: RunningRead = { result, outdated: false }
    this.#running.set(userId, read)
    try {
      const user = await read.result
      if (!read.outdated && connection !== null && user?.active === true)
        this.#copies.set(user.id, { user, readAtMs, connection, secondStep: null, access: null })
      return user
    } finally {
      if (!read.outdated) this.#running.delete(userId)
    }
  }

  async #readSecondStep(copy: Copy): Promise<boolean> {
    const { id } = copy.user
    try {
      return (await this.#secondSteps.request(id)).has(id)
    } catch (error) {
      copy.secondStep = null
      throw error
    }
  }

  async #readAccess(copy: Copy): Promise<OwnerAccess | null> {
    const { id } = copy.user
    try {
      return (await this.#access.request(id)).get(id) ?? null
    } catch (error) {
      copy.access = null
      throw error
    }
  }
}
