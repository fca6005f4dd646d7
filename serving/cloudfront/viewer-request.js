// CloudFront Function (runtime cloudfront-js-2.0), event: viewer request. Turns addresses into the bucket's keys.
//
//   /p/x        -> 301 to /p/x/ (with its query)      /p/x/           -> p/x/index.html
//   /p/x/cv.pdf -> itself                             /_state/, /.git -> 404
//
// It runs before the cache and leaves one spelling of each address: purging that spelling purges them all.

var PLAIN = /^\/[A-Za-z0-9._~\/-]*$/;
// an empty, hidden or climbing part, or the publisher's notes
var REFUSED = /\/\/|\/\.|\/_state(\/|$)/;

function handler(event) {
    var request = event.request;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
        return answer(405, 'Method Not Allowed', { allow: { value: 'GET, HEAD' } });
    }
    var path = decode(request.uri);
    if (!PLAIN.test(path) || REFUSED.test(path)) {
        return answer(404, 'Not Found', {});
    }
    var name = path.slice(path.lastIndexOf('/') + 1);
    if (name !== '' && name.indexOf('.') < 0) {
        return answer(301, 'Moved Permanently', { location: { value: path + '/' + writeQuery(request.querystring) } });
    }
    request.uri = name === '' ? path + 'index.html' : path;
    return request;
}

// Decodes once: what is still encoded then isn't plain.
function decode(uri) {
    try {
        return decodeURIComponent(uri);
    } catch (error) {
        return '';
    }
}

function writeQuery(query) {
    var pairs = [];
    Object.keys(query).forEach(function (name) {
        var values = query[name].multiValue || [query[name]];
        values.forEach(function (each) {
            pairs.push(escape(name) + (each.value === '' ? '' : '=' + escape(each.value)));
        });
    });
    return pairs.length ? '?' + pairs.join('&') : '';
}

// What arrives is encoded already; nothing that could end a header gets through.
function escape(text) {
    return text.replace(/[^A-Za-z0-9._~!$'()*,;:@\/?%+=-]/g, encodeURIComponent);
}

function answer(status, words, headers) {
    headers['cache-control'] = { value: 'no-cache' };
    headers['content-type'] = { value: 'text/plain; charset=utf-8' };
    headers['x-content-type-options'] = { value: 'nosniff' };
    return { statusCode: status, statusDescription: words, headers: headers, body: words };
}
