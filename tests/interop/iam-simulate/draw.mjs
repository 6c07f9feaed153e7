// Draws questions: a principal, an action on a resource, a context, and policies of every kind.
// Everything follows from the seed. Patterns and values lean towards those that fit, so that about
// as many questions are allowed as are not.

export const ACCOUNT = '123456789012'
export const OTHER = '210987654321'

/** mulberry32: a small generator whose sequence follows from its seed. */
export function random(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const chance = (p) => next() < p
  const below = (n) => Math.floor(next() * n)
  const pick = (list) => list[below(list.length)]
  const some = (list, least, most) => Array.from({ length: least + below(most - least + 1) }, () => pick(list))
  return { chance, below, pick, some }
}

const FUNCTION = `arn:aws:lambda:eu-west-1:ACCOUNT:function:hello`
const TABLE = `arn:aws:dynamodb:eu-west-1:ACCOUNT:table/orders`
const GENERAL = [
  { action: 'lambda:InvokeFunction', resource: FUNCTION, key: ['lambda:InvokedViaFunctionUrl', 'bool'] },
  { action: 'lambda:InvokeFunctionUrl', resource: FUNCTION, key: ['lambda:FunctionUrlAuthType', 'text', ['AWS_IAM', 'NONE']] },
  { action: 'lambda:GetFunction', resource: FUNCTION },
  { action: 's3:GetObject', resource: 'arn:aws:s3:::docs/alice/plan.txt' },
  { action: 's3:PutObject', resource: 'arn:aws:s3:::docs/blue/a:b c+d' },
  { action: 's3:DeleteObject', resource: 'arn:aws:s3:::docs/${aws:username}/?x' },
  { action: 's3:ListBucket', resource: 'arn:aws:s3:::docs', key: ['s3:prefix', 'text', ['alice/', 'blue/']] },
  { action: 's3:ListBucket', resource: 'arn:aws:s3:::docs', key: ['s3:max-keys', 'number'] },
  { action: 'dynamodb:GetItem', resource: TABLE, key: ['dynamodb:LeadingKeys', 'list'] },
  { action: 'dynamodb:PutItem', resource: TABLE, key: ['dynamodb:Attributes', 'list'] },
  { action: 'iam:GetUser', resource: 'arn:aws:iam::ACCOUNT:user/alice' },
  { action: 'iam:CreateUser', resource: 'arn:aws:iam::ACCOUNT:user/team/carol' },
  { action: 'iam:PassRole', resource: 'arn:aws:iam::ACCOUNT:role/Ops', key: ['iam:PassedToService', 'text', ['lambda.amazonaws.com']] },
  { action: 'sts:AssumeRole', resource: 'arn:aws:iam::ACCOUNT:role/Ops', key: ['sts:ExternalId', 'text', ['alice', 'blue']] },
]
const WITHOUT_RESOURCE = [
  { action: 's3:ListAllMyBuckets', resource: '*' },
  { action: 'lambda:ListFunctions', resource: '*' },
]

const WORDS = ['alice', 'Alice', 'bob', 'blue', 'red', 'x', 'a*', '10']
const KEYS = [
  ['aws:PrincipalTag/team', 'text', ['blue', 'red']],
  ['aws:RequestTag/Project', 'text', WORDS],
  ['aws:UserAgent', 'text', ['curl/8', 'Boto3/1', 'AAE=']],
  ['aws:RequestedRegion', 'text', ['eu-west-1', 'us-east-1']],
  ['aws:SourceVpc', 'text', ['vpc-1', 'vpc-2']],
  ['aws:PrincipalOrgID', 'text', ['o-abc', 'o-xyz']],
  ['aws:username', 'text', ['alice', 'bob']],
  ['aws:PrincipalAccount', 'text', [ACCOUNT, OTHER]],
  ['aws:PrincipalType', 'text', ['User', 'AssumedRole', 'Anonymous']],
  ['aws:ResourceAccount', 'text', [ACCOUNT, OTHER]],
  ['aws:MultiFactorAuthAge', 'number'],
  ['aws:CurrentTime', 'date'],
  ['aws:TokenIssueTime', 'date'],
  ['aws:EpochTime', 'epoch'],
  ['aws:SecureTransport', 'bool'],
  ['aws:MultiFactorAuthPresent', 'bool'],
  ['aws:ViaAWSService', 'bool'],
  ['aws:PrincipalIsAWSService', 'bool'],
  ['aws:SourceIp', 'ip'],
  ['aws:VpcSourceIp', 'ip'],
  ['aws:SourceArn', 'arn'],
  ['aws:PrincipalArn', 'arn'],
  ['aws:TagKeys', 'list'],
  ['aws:CalledVia', 'list'],
]
const TEXT = ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike', 'StringNotLike']
const ORDER = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals']
const OPERATORS = {
  text: [...TEXT, 'BinaryEquals'],
  list: TEXT,
  number: ORDER.map((order) => `Numeric${order}`),
  date: ORDER.map((order) => `Date${order}`),
  epoch: [...ORDER.map((order) => `Date${order}`), ...ORDER.map((order) => `Numeric${order}`)],
  bool: ['Bool'],
  ip: ['IpAddress', 'NotIpAddress'],
  arn: ['ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike', 'StringLike', 'StringEquals'],
}
const NUMBERS = ['0', '9', '10', '10.5', '300', '-1']
const DATES = ['2026-01-01T00:00:00Z', '2026-01-01T12:30:00+02:00', '2026-06-30', '2025-12-31T23:59:59.5Z']
const EPOCHS = ['1767225600', '1767225601', '1000']
const IPS = ['203.0.113.7', '10.1.2.3', '2001:db8::1']
const BLOCKS = ['203.0.113.0/24', '10.0.0.0/8', '2001:db8::/32', '0.0.0.0/0', '203.0.113.7', '2001:db8::1']
const ARNS = ['arn:aws:s3:::docs', 'arn:aws:lambda:eu-west-1:123456789012:function:hello', 'arn:aws:sns:eu-west-1:123456789012:t:x']
const ARN_PATTERNS = [...ARNS, 'arn:aws:s3:::*', 'arn:aws:lambda:*:123456789012:function:h?llo', 'arn:aws:sns:*:*:*', 'arn:*:iam::123456789012:*', 'arn:aws:*:x']

const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/Ops/me`
const PRINCIPALS = [
  [`arn:aws:iam::${ACCOUNT}:user/alice`, 8],
  [`arn:aws:iam::${ACCOUNT}:user/team/bob`, 2],
  [SESSION, 6],
  [`arn:aws:iam::${ACCOUNT}:role/path/Ops`, 2],
  [`arn:aws:sts::${ACCOUNT}:federated-user/alice`, 2],
  [`arn:aws:iam::${ACCOUNT}:root`, 1],
  ['events.amazonaws.com', 1],
  ['anonymous', 1],
].flatMap(([principal, weight]) => Array(weight).fill(principal))
const NAMED = [
  { AWS: '*' },
  { AWS: ACCOUNT },
  { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  { AWS: `arn:aws:iam::${ACCOUNT}:user/alice` },
  { AWS: [`arn:aws:iam::${ACCOUNT}:user/team/bob`, `arn:aws:iam::${ACCOUNT}:user/alice`] },
  { AWS: `arn:aws:iam::${ACCOUNT}:role/Ops` },
  { AWS: SESSION },
  { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/Ops/you` },
  { AWS: `arn:aws:sts::${ACCOUNT}:federated-user/alice` },
  { AWS: OTHER },
  { Service: 'events.amazonaws.com' },
  { Service: 'events.amazonaws.com', AWS: `arn:aws:iam::${ACCOUNT}:role/path/Ops` },
]

/** What AWS says of a principal in every request by itself. */
export function implied(principal, resourceAccount) {
  const keys = { 'aws:ResourceAccount': resourceAccount }
  if (principal === 'anonymous') return { ...keys, 'aws:PrincipalType': 'Anonymous' }
  keys['aws:PrincipalIsAWSService'] = String(!principal.startsWith('arn:'))
  if (!principal.startsWith('arn:')) return keys
  const [, , , , account, name] = principal.split(':')
  const [kind, ...rest] = name.split('/')
  keys['aws:PrincipalAccount'] = account
  keys['aws:PrincipalArn'] = principal
  if (kind === 'user') {
    Object.assign(keys, { 'aws:username': rest.at(-1), 'aws:PrincipalType': 'User' })
  } else if (kind === 'federated-user') {
    Object.assign(keys, { 'aws:PrincipalType': 'FederatedUser', 'aws:userid': `${account}:${rest[0]}` })
  } else if (kind === 'root') {
    Object.assign(keys, { 'aws:PrincipalType': 'Account', 'aws:userid': account })
  } else {
    keys['aws:PrincipalType'] = 'AssumedRole'
    if (kind === 'assumed-role') keys['aws:PrincipalArn'] = `arn:aws:iam::${account}:role/${rest[0]}`
  }
  return keys
}

/** One question. */
export function draw(seed) {
  const r = random(seed)
  const owner = r.chance(0.25) ? OTHER : ACCOUNT
  const request = r.chance(0.06) ? r.pick(WITHOUT_RESOURCE) : r.pick(GENERAL)
  const account = request.resource === '*' ? ACCOUNT : owner
  const resource = request.resource.replace('ACCOUNT', account)
  const principal = r.pick(PRINCIPALS)
  const pool = request.key ? [...KEYS, request.key, request.key, request.key] : KEYS
  const given = {}
  const known = implied(principal, account)
  for (const key of pool) {
    if (!(key[0] in known) && key[0] !== 'aws:username' && !/^aws:Principal(Account|Type|Arn|IsAWSService)$/.test(key[0]) && r.chance(0.6)) {
      given[key[0]] = valueOf(r, key)
    }
  }
  const what = { r, action: request.action, resource, context: { ...given, ...known }, pool }
  const question = { id: seed, principal, action: request.action, resource, resource_account: account, context: given }
  const nobody = principal === 'anonymous' || principal === 'events.amazonaws.com'
  if (!nobody) {
    question.identity = Array.from({ length: r.pick([0, 1, 1, 2, 3]) }, () => document(what, 0.75))
    if (r.chance(0.25) && !principal.includes('root')) question.boundary = document(what, 0.8)
    const session = /assumed-role|:role\/|federated/.test(principal)
    if (session && r.chance(principal.includes('federated') ? 0.8 : 0.35)) question.session = document(what, 0.85)
    if (r.chance(0.25)) {
      question.scp = Array.from({ length: 1 + r.below(2) }, () => r.some([0, 0, 1], 1, 2).map((deny) => document(what, deny ? 0.5 : 0.9, true)))
    }
  }
  if (resource !== '*' && (nobody || account !== ACCOUNT || request.action === 'sts:AssumeRole' ? r.chance(0.85) : r.chance(0.4))) {
    question.resource_policy = document({ ...what, guard: true }, 0.8)
  }
  return question
}

function valueOf(r, [, type, values]) {
  switch (type) {
    case 'text': return r.pick(values)
    case 'number': return r.pick(NUMBERS)
    case 'date': return r.pick(DATES)
    case 'epoch': return r.pick(EPOCHS)
    case 'bool': return r.pick(['true', 'false'])
    case 'ip': return r.pick(IPS)
    case 'arn': return r.pick(ARNS)
    case 'list': return r.some(['alice', 'blue', 'red', 'x'], 1, 3)
  }
}

function document(what, fitting, plain = false) {
  const { r } = what
  const statements = Array.from({ length: r.pick([1, 1, 2, 3]) }, (_, index) => statement(what, fitting, index, plain))
  return { Version: '2012-10-17', Statement: statements.length === 1 && r.chance(0.3) ? statements[0] : statements }
}

function statement(what, fitting, index, plain) {
  const { r, action, guard } = what
  const trust = guard && action === 'sts:AssumeRole'
  const fits = r.chance(fitting)
  const made = { Effect: r.chance(fits ? 0.88 : 0.5) ? 'Allow' : 'Deny' }
  if (r.chance(0.3)) made.Sid = `S${index}`
  if (guard) {
    if (made.Effect === 'Deny' && !trust && r.chance(0.4)) made.NotPrincipal = { AWS: notNamed(r) }
    else made.Principal = r.chance(0.1) ? '*' : r.pick(NAMED)
  }
  const not = !trust && r.chance(0.15)
  made[not ? 'NotAction' : 'Action'] = one(r, () => actionPattern(r, action, fits !== not, trust))
  if (!trust) {
    const not = r.chance(0.12)
    made[not ? 'NotResource' : 'Resource'] = one(r, () => resourcePattern(what, fits !== not))
  }
  if (!plain && r.chance(0.45)) made.Condition = conditions(what, fits)
  return made
}

/** A value, or a list of a few. */
function one(r, make) {
  return r.chance(0.6) ? make() : Array.from({ length: 1 + r.below(3) }, make)
}

function notNamed(r) {
  const lists = [
    [`arn:aws:iam::${ACCOUNT}:user/alice`, `arn:aws:iam::${ACCOUNT}:root`],
    [`arn:aws:iam::${ACCOUNT}:role/Ops`, ACCOUNT],
    [SESSION, `arn:aws:iam::${ACCOUNT}:role/Ops`, `arn:aws:iam::${ACCOUNT}:root`],
    [`arn:aws:iam::${OTHER}:user/alice`],
    [ACCOUNT],
  ]
  return r.pick(lists)
}

function actionPattern(r, action, fits, trust) {
  const [vendor, name] = action.split(':')
  if (!fits) return r.pick(trust ? ['sts:TagSession', 'sts:SetSourceIdentity'] : ['ec2:*', 's3:GetBucketTagging', 'lambda:Create*', `${vendor}:Tag*`, 'iam:ListRoles'])
  const patterns = [action, action.toUpperCase(), `${vendor}:*`, `${vendor}:${name.slice(0, 3)}*`, `${vendor}:?${name.slice(1)}`, `${vendor}:*${name.slice(4)}`]
  return r.pick(trust ? patterns : [...patterns, '*'])
}

function resourcePattern({ r, resource }, fits) {
  if (!fits) return r.pick(['arn:aws:s3:::other/*', 'arn:aws:lambda:*:*:function:other', `${resource === '*' ? 'arn:aws:s3:::docs' : literal(resource)}x`, 'arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/team}'])
  if (resource === '*') return '*'
  const variables = resource.includes('alice') || resource.includes('blue')
  const patterns = ['*', literal(resource), literal(resource), `${literal(resource.slice(0, -2))}*`, `${literal(resource.slice(0, -1))}?`]
  if (variables) {
    patterns.push(literal(resource).replace('alice', '${aws:username}').replace('blue', "${aws:PrincipalTag/team, 'blue'}"))
    patterns.push(literal(resource).replace('alice', "${aws:username, 'alice'}").replace('blue', '${aws:PrincipalTag/team}'))
  }
  if (/:(lambda|dynamodb):/.test(resource)) patterns.push(resource.replace('eu-west-1', '*'), resource.replace('eu-west-1', 'eu-*').replace(/\d{12}/, '*'))
  return r.pick(patterns)
}

/** A text that means itself: the wild signs and the dollar of a variable are escaped. */
export function literal(text) {
  return text.replace(/[$*?]/g, (sign) => `\${${sign}}`)
}

function conditions(what, fits) {
  const { r } = what
  const made = {}
  for (let count = r.pick([1, 1, 1, 2, 3]); count > 0; count--) {
    const key = r.pick(what.pool)
    const [name, operator, values] = condition(what, key, fits && r.chance(0.85))
    made[operator] ??= {}
    made[operator][name] = values
  }
  return made
}

function condition({ r, context }, key, fits) {
  const [name, type] = key
  const written = r.chance(0.1) ? name.toUpperCase() : name
  if (r.chance(0.08)) return [written, 'Null', fits ? String(!(name in context)) : r.pick(['true', 'false'])]
  let operator = r.pick(OPERATORS[type])
  const values = one(r, () => wanted(r, context[name], key, operator, fits && !operator.includes('Not')))
  if (r.chance(0.2)) operator += 'IfExists'
  const set = type === 'list' ? 0.85 : 0.1
  if (r.chance(set)) operator = `${r.pick(['ForAllValues:', 'ForAnyValue:'])}${operator}`
  return [written, operator, values]
}

/** A value of a policy. */
function wanted(r, actual, key, operator, fits) {
  const [, type, values] = key
  const single = Array.isArray(actual) ? r.pick(actual) : actual
  if (operator.startsWith('Numeric')) return r.pick(type === 'epoch' ? EPOCHS : NUMBERS)
  if (operator.startsWith('Date')) return r.pick(type === 'epoch' ? EPOCHS : DATES)
  if (operator === 'Bool') return r.chance(0.1) ? '${aws:SecureTransport}' : r.pick(['true', 'false', 'True'])
  if (operator.endsWith('IpAddress')) return r.pick(BLOCKS)
  if (operator === 'BinaryEquals') return r.pick(['AAE=', 'AAI='])
  if (operator.startsWith('Arn')) return r.chance(0.1) ? '${aws:SourceArn}' : r.pick(ARN_PATTERNS)
  if (fits && single !== undefined) {
    if (operator.endsWith('Like')) return r.pick([`${literal(single.slice(0, 2))}*`, `?${literal(single.slice(1))}`, '*', literal(single)])
    if (operator.endsWith('IgnoreCase')) return r.pick([single, single.toUpperCase()])
    return single
  }
  return r.pick([...(values ?? WORDS), '${aws:username}', "${aws:PrincipalTag/team, 'blue'}", '${aws:TagKeys}', 'b*', '${*}'])
}
