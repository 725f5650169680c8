import { describe, expect, test } from '@jest/globals';
import { API_METHODS, COMMON_QUERY, readRequest } from '../../cloud/strict-requests.ts';
import { conformanceFile, conformanceTest } from '../../support/conformance.ts';

describe('the methods that the strict fake knows', () => {
  conformanceTest("are those of Google's discovery document", async () => {
    const discovery = JSON.parse((await conformanceFile('specs/google/storage.v1.trimmed.json')).toString());
    expect(Object.keys(discovery.parameters)).toEqual(expect.arrayContaining(COMMON_QUERY));
    for (const { id, method, path, query, body = [], isUpload = false } of API_METHODS) {
      const official = discovery.resources.objects.methods[id.replace('storage.objects.', '')];
      const parameters = Object.entries<{ location: string }>(official.parameters);
      expect(official).toMatchObject({ id, httpMethod: method, path });
      expect(parameters.filter(([, { location }]) => location === 'query').map(([key]) => key)).toEqual(expect.arrayContaining([...query]));
      expect(Object.keys(discovery.schemas.Object.properties)).toEqual(expect.arrayContaining([...body]));
      if (isUpload) expect(official.mediaUpload.protocols.simple.path).toBe(`/upload/storage/v1/${path}`);
    }
  });

  test.each([
    ['another path', 'GET', '/storage/v1/b/raw/acl', ''],
    ['another method', 'PATCH', '/storage/v1/b/raw/o/x', ''],
    ['another parameter', 'GET', '/storage/v1/b/raw/o/x?ifNoneMatch=1', ''],
    ['a generation that is no int64', 'GET', '/storage/v1/b/raw/o/x?generation=1e5', ''],
    ['another member of the body', 'POST', '/upload/storage/v1/b/raw/o?name=x', '{"acl":[]}'],
  ])('refuse %s', (_, method, path, body) => {
    expect(() => readRequest(method, new URL(path, 'http://127.0.0.1'), body)).toThrow();
  });
});
