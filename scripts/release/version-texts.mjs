// Texts that a release changes.

const unreleased = '## Unreleased\n'

/**
 * The changelog with the section of the release; null if nothing is unreleased.
 * @param {string} changelog
 * @param {string} version
 * @param {string} date
 */
export function releasedChangelog(changelog, version, date) {
  const start = changelog.indexOf(unreleased)
  if (start === -1) return null
  const rest = changelog.slice(start + unreleased.length)
  const next = rest.search(/^## /m)
  if ((next === -1 ? rest : rest.slice(0, next)).trim() === '') return null
  return `${changelog.slice(0, start)}${unreleased}\n## ${version} - ${date}\n${rest}`
}

/**
 * A page with the file names of the new tarballs.
 * @param {string} text
 * @param {string} before
 * @param {string} version
 */
export function withFileNames(text, before, version) {
  return text.replaceAll(/(gatehouse-(?:auth|client)-)([^\s/]+?)\.tgz/g, (name, start, found) =>
    found === before ? `${start}${version}.tgz` : name,
  )
}

/**
 * Whether a version is higher than another, by the numbers alone: a release follows its own pre-releases.
 * @param {string} version
 * @param {string} before
 */
export function isNewer(version, before) {
  const [numbers, old] = [version, before].map((text) => text.split('-')[0]?.split('.').map(Number) ?? [])
  for (const [index, number] of (numbers ?? []).entries()) {
    const difference = number - (old?.[index] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return before.includes('-') && version !== before
}
