// Where the oracle does not follow AWS's text, a question is put to it in other words, which mean
// by the oracle's rules what the question means by AWS's. README.md gives the texts.
import { implied, literal } from './draw.mjs'

const ALL = { Effect: 'Allow', Action: '*', Resource: '*' }
const NOTHING = { Effect: 'Allow', Action: 'iam:ListRoles', Resource: 'arn:aws:iam::000000000000:role/none' }
const NOBODY = 'arn:aws:iam::000000000000:user/nobody'
const NEVER = 'a value that no request has'
const NO_ARN = `arn:aws:none:::${NEVER}`

const list = (value) => (Array.isArray(value) ? value : [value])
const statements = (policy) => list(policy.Statement)
const policy = (statements) => ({ Version: '2012-10-17', Statement: statements })

/** Every policy of a question, each made anew by `change`. */
function every(question, change) {
  const changed = { ...question }
  if (question.identity) changed.identity = question.identity.map(change)
  if (question.scp) changed.scp = question.scp.map((level) => level.map(change))
  for (const member of ['resource_policy', 'boundary', 'session']) {
    if (question[member]) changed[member] = change(question[member])
  }
  return changed
}

/** The keys that a request has, in lower case. */
function keys(question) {
  const known = { ...question.context, ...implied(question.principal, question.resource_account) }
  return Object.fromEntries(Object.entries(known).map(([key, value]) => [key.toLowerCase(), value]))
}

/** A policy with the values of every condition made anew. */
function eachCondition(document, change) {
  return policy(
    statements(document).map((statement) => {
      if (!statement.Condition) return statement
      const Condition = {}
      for (const [operator, tests] of Object.entries(statement.Condition)) {
        for (const [key, values] of Object.entries(tests)) {
          ;(Condition[operator] ??= {})[key] = change(operator, key, values)
        }
      }
      return { ...statement, Condition }
    }),
  )
}

export const AMENDMENTS = {
  /** A root user needs no identity policy. */
  root(question) {
    if (!question.principal.endsWith(':root')) return question
    return { ...question, identity: [...(question.identity ?? []), policy([ALL])] }
  },

  /** A federated user without a session policy can do nothing by itself. */
  federated(question) {
    if (!question.principal.includes(':federated-user/') || question.session) return question
    return { ...question, session: policy([NOTHING]) }
  },

  /** NotPrincipal leaves out whom it names; the account beside a name does not leave out all of it. */
  notPrincipal(question) {
    if (!question.resource_policy || question.principal.endsWith(':root')) return question
    const account = (name) => /^\d{12}$|:root$/.test(name)
    const changed = statements(question.resource_policy).map((statement) => {
      if (!statement.NotPrincipal) return statement
      const names = list(statement.NotPrincipal.AWS).filter((name) => !account(name))
      return { ...statement, NotPrincipal: { AWS: names.length > 0 ? names : [NOBODY] } }
    })
    return { ...question, resource_policy: policy(changed) }
  },

  /** A block of all addresses holds each of its family; one address is a block, also for the other family. */
  addresses(question) {
    const halves = (value) => {
      if (value === '0.0.0.0/0') return ['0.0.0.0/1', '128.0.0.0/1']
      return [value.includes('/') ? value : `${value}/${value.includes(':') ? 128 : 32}`]
    }
    return every(question, (document) =>
      eachCondition(document, (operator, _, values) =>
        operator.includes('IpAddress') ? list(values).flatMap(halves) : values,
      ),
    )
  },

  /**
   * A variable without a single value equals nothing, nor does what is no ARN: negated operators
   * hold. A variable may hold a whole ARN.
   */
  variables(question) {
    const known = keys(question)
    const value = (inner) => {
      if (['*', '?', '$'].includes(inner)) return inner
      const [key, fallback] = inner.split(', ')
      return known[key.toLowerCase()] ?? fallback?.slice(1, -1)
    }
    const wanted = (arn) => (text) => {
      const inner = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, inner]) => value(inner))
      if (!inner.every((value) => typeof value === 'string')) return arn ? NO_ARN : NEVER
      if (!arn) return text
      const whole = text.replace(/\$\{([^}]*)\}/g, (_, inner) => literal(value(inner)))
      return whole.split(':').length < 6 ? NO_ARN : whole
    }
    const change = (operator, _, values) =>
      /String|Arn/.test(operator) ? list(values).map(wanted(operator.includes('Arn'))) : values
    return every(question, (document) => eachCondition(document, change))
  },
}

/**
 * What remains of a question where the resource's policy grants by itself: whoever it names as the
 * session or as everybody, within the account, is not limited by what identity policies, boundary
 * and session policy do not say; only by what they deny. Nothing where it does not.
 */
export function direct(question) {
  const account = question.principal.split(':')[4]
  if (!question.resource_policy || !question.session || account !== question.resource_account) return undefined
  const names = (principal) =>
    principal === '*' || list(principal?.AWS ?? []).some((name) => name === '*' || name === question.principal)
  const guard = statements(question.resource_policy).filter(({ Effect, Principal }) => Effect === 'Deny' || names(Principal))
  if (guard.length === 0) return undefined
  const denies = (document) => statements(document).filter(({ Effect }) => Effect === 'Deny')
  return {
    ...question,
    resource_policy: policy(guard),
    identity: (question.identity ?? []).map((document) => policy([...denies(document), NOTHING])),
    session: policy([...denies(question.session), ALL]),
  }
}
