import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anchors, pages, prose, readPage, root } from './support/pages.ts'

const folders = ['src', 'test', 'docs', 'scripts', 'bench', 'examples', 'prisma', 'deploy'].join('|')
/** A path in backticks, from the root or from the folder of the page. With a placeholder (`<area>`, `…`, `*`) it names a pattern. */
const namedPath = new RegExp(`\`((?:${folders})/[^\`\\s]*)\``, 'g')
const placeholder = /[<>*…{}]/
const link = /!?\[[^\]]*\]\(([^)\s]+)\)/g

const maxReadmeBytes = 12_000
const maxImageBytes = 80_000

function brokenLinks(page: string): readonly string[] {
  const text = prose(readPage(page))
  return [...text.matchAll(link)].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return []
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? page : normalize(join(dirname(page), path))
    if (!existsSync(join(root, file))) return [`${target}: there is no ${file}`]
    if (anchor === undefined || !file.endsWith('.md')) return []
    return anchors(readPage(file)).has(anchor) ? [] : [`${target}: ${file} has no such heading`]
  })
}

function missingPaths(page: string): readonly string[] {
  return [...prose(readPage(page)).matchAll(namedPath)]
    .map(([, path = '']) => path)
    .filter((path) => !placeholder.test(path))
    .filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, dirname(page), path)))
}

describe('the documentation', () => {
  it.each(pages)('%s links to files and headings that exist', (page) => {
    expect(brokenLinks(page)).toEqual([])
  })

  it.each(pages)('%s names files that exist', (page) => {
    expect(missingPaths(page)).toEqual([])
  })

  it('has a README of at most 12 kB', () => {
    expect(statSync(`${root}/README.md`).size).toBeLessThanOrEqual(maxReadmeBytes)
  })

  it('has small pictures', () => {
    const images = pages.flatMap((page) =>
      [...readPage(page).matchAll(/!\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, path = '']) =>
        join(root, dirname(page), path),
      ),
    )
    expect(images.length).toBeGreaterThan(0)
    for (const image of images) expect(statSync(image).size, image).toBeLessThan(maxImageBytes)
  })

  it('names in docs/README.md every page of docs/', () => {
    const index = readPage('docs/README.md')
    const listed = pages.filter((page) => /^docs\/[^/]+\.md$/.test(page) && page !== 'docs/README.md')
    expect(listed.filter((page) => !index.includes(`](${page.slice('docs/'.length)})`))).toEqual([])
  })

  const introduced = pages.filter((page) => /^docs\/[^/]+\.md$/.test(page))
  it.each(introduced)('%s begins with the people it is for', (page) => {
    const [title, blank, first] = readPage(page).split('\n')
    expect({ title, blank, first }).toEqual({
      title: expect.stringMatching(/^# ./),
      blank: '',
      first: expect.stringMatching(/^For /),
    })
  })

  it('names in src/README.md every folder of src/', () => {
    const map = readPage('src/README.md')
    const folders = readdirSync(`${root}/src`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${name}/`)
    expect(folders.filter((folder) => !map.includes(`\`${folder}`))).toEqual([])
  })

  it('names in src/README.md every area', () => {
    const map = readPage('src/README.md')
    const areas = ['flows', 'graphql'].flatMap((ring) =>
      readdirSync(`${root}/src/${ring}`, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name),
    )
    expect(areas.filter((area) => !new RegExp(`\`(flows/|graphql/)?${area}/?\``).test(map))).toEqual([])
  })
})
