import { describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { deleteAccountDocument } from '../support/operations.ts'
import { signUp } from '../support/people.ts'
import { goodPassword } from '../support/test-app.ts'
import { gatewayNames, gatewayStage } from './support/stage.ts'

const stage = gatewayStage()

const write = 'mutation ($title: String!) { writePost(title: $title) { id author { id displayName email } } }'
const postsWithAuthors = '{ posts { title author { id displayName email } } }'
const myPosts = '{ myPosts { title } }'

interface Read {
  readonly title: string
  readonly author: { readonly id: string; readonly displayName: string; readonly email: string | null } | null
}

describe.each(gatewayNames)('posts and their authors through %s', (gateway) => {
  async function author() {
    const actor = stage().client(gateway)
    const person = await signUp(actor)
    const title = `of ${person.userId}`
    const bearer = Actor.bearer(person.accessToken)
    const written = await actor.ask(write, { title }, bearer)
    expect(written.errors).toEqual([])
    expect(written.data.writePost.author).toMatchObject({ id: person.userId, email: person.email })
    return { ...person, title, bearer }
  }
  async function read(headers: Record<string, string>) {
    const answer = await stage().client(gateway).ask(postsWithAuthors, {}, headers)
    expect(answer.errors).toEqual([])
    const posts: readonly Read[] = answer.data.posts
    return (title: string) => posts.find((post) => post.title === title)?.author
  }

  it('name an author to strangers, and nothing else', async () => {
    const ada = await author()
    const authorOf = await read({})
    const displayName = expect.stringMatching(/^User /)
    expect(authorOf(ada.title)).toEqual({ id: ada.userId, displayName, email: null })
  })

  it('show each user only their own address, in one response', async () => {
    const [ada, grace] = [await author(), await author()]
    const authorOf = await read(ada.bearer)
    expect(authorOf(ada.title)).toMatchObject({ email: ada.email })
    expect(authorOf(grace.title)).toMatchObject({ id: grace.userId, email: null })
  })

  it('ask Gatehouse for all authors at once', async () => {
    for (let count = 0; count < 5; count += 1) await author()
    const { log } = stage().graph.testApp
    const before = requests(log)
    await read({})
    expect(requests(log)).toBe(before + 1)
  })

  it('outlive the account of one author, and do not take the others along', async () => {
    const [ada, gone] = [await author(), await author()]
    const input = { currentPassword: goodPassword }
    const deleted = await stage().client(gateway).ask(deleteAccountDocument, { input }, gone.bearer)
    expect(deleted.data?.deleteAccount).toMatchObject({ __typename: 'DeleteAccountSuccess' })
    const answer = await stage().client(gateway).ask(postsWithAuthors)
    expect(answer.errors).toEqual([])
    expect(answer.data.posts).toContainEqual({
      title: gone.title,
      author: { id: gone.userId, displayName: 'Deleted user', email: null },
    })
    expect(answer.data.posts).toContainEqual({
      title: ada.title,
      author: expect.objectContaining({ id: ada.userId }),
    })
  })

  it('belong to their author', async () => {
    const ada = await author()
    const actor = stage().client(gateway)
    expect((await actor.ask(myPosts, {}, ada.bearer)).data).toEqual({ myPosts: [{ title: ada.title }] })
    const refused = await actor.ask(myPosts)
    expect(refused.data).toEqual({ myPosts: null })
    expect(refused.errors).toMatchObject([
      { path: ['myPosts'], extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_MISSING' } },
    ])
  })
})

const requests = (log: readonly string[]) => log.filter((line) => JSON.parse(line).msg === 'request').length
