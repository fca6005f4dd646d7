// CloudFront Function (runtime cloudfront-js-2.0), event: viewer response.
//
// A former slug's page is stored with the metadata `redirect: /p/new/`: that becomes a true 301. The publisher's other
// notes on objects (x-amz-meta-...) are nobody's business.

// within this site only: `//host` would lead elsewhere
var WITHIN_SITE = /^\/([A-Za-z0-9_~-][A-Za-z0-9._~-]*\/)*$/;

function handler(event) {
    var response = event.response;
    var headers = response.headers;
    var redirect = headers['x-amz-meta-redirect'];
    Object.keys(headers).forEach(function (name) {
        if (name.indexOf('x-amz-meta-') === 0) {
            delete headers[name];
        }
    });
    if (redirect && response.statusCode === 200 && WITHIN_SITE.test(redirect.value)) {
        response.statusCode = 301;
        response.statusDescription = 'Moved Permanently';
        headers.location = { value: redirect.value };
    }
    return response;
}
