/** The real component's environment; what is set and not supported here stops the program. */

const MIB = 1024 * 1024;

function port(env, name, otherwise) {
  const value = Number(env[name] || otherwise);
  if (!Number.isInteger(value) || value < 1 || value > 65535) throw new Error(`${name}: not a port: ${env[name]}`);
  return value;
}

function bytes(text, name) {
  if (!/^\d+$/.test(text)) throw new Error(`${name}: not a number of bytes: ${text}`);
  return Number(text);
}

function sizes(env, name) {
  if (!env[name]) return new Map();
  let map;
  try {
    map = JSON.parse(env[name]);
  } catch {
    throw new Error(`${name}: not JSON`);
  }
  return new Map(Object.entries(map).map(([service, text]) => [service, bytes(String(text), `${name}, ${service}`)]));
}

const words = (text, separator) => (text ?? '').split(separator).map((word) => word.trim()).filter(Boolean);
const truthy = (text) => ['1', 't', 'true'].includes((text ?? '').toLowerCase());

function refuseUnsupported(env) {
  const stager = env.INGRESS_STAGERIMPLEMENTATION || 's3';
  if (stager !== 's3') throw new Error(`INGRESS_STAGERIMPLEMENTATION: ${stager} is not supported, only s3`);
  if (env.INGRESS_SASLMECHANISM) throw new Error('INGRESS_SASLMECHANISM: only plain-text Kafka is supported');
}

/** What `env` asks for; throws an Error that names the variable that cannot be used. */
export function readConfig(env) {
  refuseUnsupported(env);
  return {
    webPort: port(env, 'INGRESS_WEBPORT', 3000),
    metricsPort: port(env, 'INGRESS_METRICSPORT', 8080),
    authenticated: env.INGRESS_AUTH === undefined || truthy(env.INGRESS_AUTH),
    commit: env.OPENSHIFT_BUILD_COMMIT || 'notrunninginopenshift',
    services: new Set(words(env.INGRESS_VALID_UPLOAD_TYPES ?? 'unit,announce', ',')),
    deniedOrgs: new Set(words(env.INGRESS_DENY_LISTED_ORGIDS, /\s+/)),
    sizes: sizes(env, 'INGRESS_MAXSIZEMAP'),
    defaultSize: bytes(env.INGRESS_DEFAULTMAXSIZE || String(100 * MIB), 'INGRESS_DEFAULTMAXSIZE'),
    kafka: {
      brokers: words(env.INGRESS_KAFKABROKERS || 'kafka:29092', ','),
      announceTopic: env.INGRESS_KAFKAANNOUNCETOPIC || 'platform.upload.announce',
      trackerTopic: env.INGRESS_KAFKATRACKERTOPIC || 'platform.payload-status',
    },
    storage: {
      endpoint: env.INGRESS_MINIOENDPOINT || 's3.amazonaws.com',
      tls: truthy(env.INGRESS_USESSL),
      accessKey: env.INGRESS_MINIOACCESSKEY ?? '',
      secretKey: env.INGRESS_MINIOSECRETKEY ?? '',
      bucket: env.INGRESS_STAGEBUCKET || 'available',
      region: env.INGRESS_STORAGEREGION || 'us-east-1',
    },
  };
}
