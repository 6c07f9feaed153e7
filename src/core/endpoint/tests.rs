//! Hosts of every kind that AWS has, and what they say.

use super::*;

/// Host, service, region (`-` for none).
const HOSTS: &[(&str, &str, &str)] = &[
    ("abcdefg.lambda-url.us-east-1.on.aws", "lambda", "us-east-1"),
    ("ABC.lambda-url.eu-west-1.on.aws.", "lambda", "eu-west-1"),
    ("demo.lambda-url.us-east-1.localhost", "lambda", "us-east-1"),
    ("abc.lambda-url.cn-north-1.on.amazonwebservices.com.cn", "lambda", "cn-north-1"),
    ("a1b2c3.execute-api.eu-central-1.amazonaws.com", "execute-api", "eu-central-1"),
    ("a1b2c3.execute-api.cn-north-1.amazonaws.com.cn", "execute-api", "cn-north-1"),
    ("a1b2c3.execute-api-fips.us-gov-west-1.amazonaws.com", "execute-api", "us-gov-west-1"),
    ("a1b2c3-vpce-0f1e2d.execute-api.us-east-1.vpce.amazonaws.com", "execute-api", "us-east-1"),
    ("vpce-0f1e2d-x.execute-api.us-east-1.vpce.amazonaws.com", "execute-api", "us-east-1"),
    ("vpce-0f1e2d-x.sqs.us-east-1.vpce.amazonaws.com", "sqs", "us-east-1"),
    ("vpce-0f1e2d-x.runtime.sagemaker.us-west-2.vpce.amazonaws.com", "sagemaker", "us-west-2"),
    ("bucket.vpce-0f1e2d-x.s3.us-east-1.vpce.amazonaws.com", "s3", "us-east-1"),
    ("s3.amazonaws.com", "s3", "us-east-1"),
    ("s3-external-1.amazonaws.com", "s3", "us-east-1"),
    ("s3.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
    ("s3-us-west-2.amazonaws.com", "s3", "us-west-2"),
    ("s3-fips.us-gov-east-1.amazonaws.com", "s3", "us-gov-east-1"),
    ("s3.dualstack.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
    ("s3-fips.dualstack.us-west-2.amazonaws.com", "s3", "us-west-2"),
    ("s3.cn-north-1.amazonaws.com.cn", "s3", "cn-north-1"),
    ("bucket.s3.amazonaws.com", "s3", "us-east-1"),
    ("my.dotted.bucket.s3.us-west-2.amazonaws.com", "s3", "us-west-2"),
    ("odd.s3.name.s3.eu-west-3.amazonaws.com", "s3", "eu-west-3"),
    ("bucket.s3-us-west-2.amazonaws.com", "s3", "us-west-2"),
    ("bucket.s3.dualstack.us-west-2.amazonaws.com", "s3", "us-west-2"),
    ("bucket.s3-accelerate.amazonaws.com", "s3", "-"),
    ("bucket.s3-accelerate.dualstack.amazonaws.com", "s3", "-"),
    ("ap-123456789012.s3-accesspoint.us-west-2.amazonaws.com", "s3", "us-west-2"),
    ("ap-123456789012.s3-accesspoint.dualstack.us-west-2.amazonaws.com", "s3", "us-west-2"),
    ("mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com", "s3", "*"),
    ("123456789012.s3-control.us-west-2.amazonaws.com", "s3", "us-west-2"),
    ("ol-123456789012.s3-object-lambda.us-west-2.amazonaws.com", "s3-object-lambda", "us-west-2"),
    ("ap-123456789012.op-01ac5d28a6a232904.s3-outposts.us-west-2.amazonaws.com", "s3-outposts", "us-west-2"),
    ("bucket--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com", "s3express", "us-west-2"),
    ("s3express-control.us-west-2.amazonaws.com", "s3express", "us-west-2"),
    ("iam.amazonaws.com", "iam", "us-east-1"),
    ("iam.cn-north-1.amazonaws.com.cn", "iam", "cn-north-1"),
    ("iam.us-gov.amazonaws.com", "iam", "us-gov-west-1"),
    ("sts.amazonaws.com", "sts", "us-east-1"),
    ("sts.eu-west-1.amazonaws.com", "sts", "eu-west-1"),
    ("sts-fips.us-east-1.amazonaws.com", "sts", "us-east-1"),
    ("sts.us-iso-east-1.c2s.ic.gov", "sts", "us-iso-east-1"),
    ("sqs.us-isob-east-1.sc2s.sgov.gov", "sqs", "us-isob-east-1"),
    ("sts.eusc-de-east-1.amazonaws.eu", "sts", "eusc-de-east-1"),
    ("cloudfront.amazonaws.com", "cloudfront", "us-east-1"),
    ("route53.amazonaws.com", "route53", "us-east-1"),
    ("route53.amazonaws.com.cn", "route53", "cn-northwest-1"),
    ("global.health.amazonaws.com", "health", "us-east-1"),
    ("us-west-2.queue.amazonaws.com", "sqs", "us-west-2"),
    ("lambda.us-east-2.amazonaws.com", "lambda", "us-east-2"),
    ("lambda.us-east-2.api.aws", "lambda", "us-east-2"),
    ("ec2.ap-southeast-2.amazonaws.com", "ec2", "ap-southeast-2"),
    ("email.us-west-2.amazonaws.com", "ses", "us-west-2"),
    ("monitoring.us-west-2.amazonaws.com", "monitoring", "us-west-2"),
    ("bedrock-runtime.us-west-2.amazonaws.com", "bedrock", "us-west-2"),
    ("streams.dynamodb.us-west-2.amazonaws.com", "dynamodb", "us-west-2"),
    ("123456789012.ddb.us-west-2.amazonaws.com", "dynamodb", "us-west-2"),
    ("runtime.lex.us-west-2.amazonaws.com", "lex", "us-west-2"),
    ("runtime.sagemaker.us-west-2.amazonaws.com", "sagemaker", "us-west-2"),
    ("data.iot.us-west-2.amazonaws.com", "iotdata", "us-west-2"),
    ("a1b2c3-ats.iot.us-west-2.amazonaws.com", "iotdata", "us-west-2"),
    ("iot.us-west-2.amazonaws.com", "iot", "us-west-2"),
    ("dynamodb-fips.us-west-2.amazonaws.com", "dynamodb", "us-west-2"),
    ("fips.batch.us-west-2.amazonaws.com", "batch", "us-west-2"),
    ("abc123.appsync-api.us-west-2.amazonaws.com", "appsync", "us-west-2"),
    ("search-movies-abc.us-west-2.es.amazonaws.com", "es", "us-west-2"),
    ("abc123.us-west-2.aoss.amazonaws.com", "aoss", "us-west-2"),
    ("abc.endpoint.events.amazonaws.com", "events", "*"),
];

#[test]
fn hosts_say_service_and_region() {
    for (host, service, region) in HOSTS {
        let inferred = infer(host).unwrap_or_else(|| panic!("{host} says nothing"));
        assert_eq!(inferred.service, *service, "{host}");
        assert_eq!(inferred.region.as_deref().unwrap_or("-"), *region, "{host}");
    }
}

#[test]
fn other_hosts_say_nothing() {
    for host in [
        "",
        "localhost",
        "127.0.0.1",
        "example.com",
        "amazonaws.com",
        "notamazonaws.com",
        "s3.us-east-1.amazonaws.com.example.com",
        ".lambda-url.us-east-1.on.aws",
        "x.lambda-url.us-east-1",
        "bucket.s3-website-us-east-1.amazonaws.com",
        "bucket.s3-website.eu-central-1.amazonaws.com",
        "unheard-of.us-east-1.amazonaws.com",
        "abc.credentials.iot.us-east-1.amazonaws.com",
        "123456789012.dkr.ecr.us-east-1.amazonaws.com",
        "sts.amazonaws.com.cn",
    ] {
        assert_eq!(infer(host), None, "{host}");
    }
}

#[test]
fn kinds_and_partitions() {
    let of = |host| infer(host).map(|inferred| (inferred.what, inferred.partition));
    assert_eq!(of("x.lambda-url.us-east-1.on.aws"), Some(("Lambda function URL", "aws")));
    assert_eq!(of("x.execute-api.us-gov-west-1.amazonaws.com"), Some(("API Gateway", "aws-us-gov")));
    assert_eq!(of("a.s3.cn-north-1.amazonaws.com.cn"), Some(("S3, virtual-hosted bucket", "aws-cn")));
    assert_eq!(of("s3.amazonaws.com"), Some(("S3, path style", "aws")));
    assert_eq!(of("execute-api.us-east-1.amazonaws.com"), Some(("regional endpoint", "aws")));
    assert_eq!(of("sts.us-isof-south-1.csp.hci.ic.gov"), Some(("regional endpoint", "aws-iso-f")));
}

#[test]
fn services_sign_in_their_own_ways() {
    assert!(!defaults("s3").normalize && !defaults("s3").double_encode && defaults("s3").content_sha256);
    assert_eq!(defaults("s3express").presigned_payload(), Some("UNSIGNED-PAYLOAD"));
    assert!(defaults("lambda").normalize && defaults("lambda").double_encode);
    assert!(!defaults("lambda").content_sha256 && defaults("aoss").content_sha256);
    assert_eq!(defaults("lambda").presigned_payload(), None);
    assert!(defaults("iotdevicegateway").token_unsigned && !defaults("lambda").token_unsigned);
}
