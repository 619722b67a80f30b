using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Krait.Packaging.Text;
using Krait.Server.Settings;
using Krait.Server.Storage;
using Microsoft.Win32.SafeHandles;

namespace Krait.Server.Objects;

/// <summary>Blobs in an object storage with an S3 interface, under the keys that they would have as paths: `blobs/sha256/ab/cd/…`.</summary>
internal sealed class ObjectStore : IDisposable
{
    private const int PartSize = 32 * 1024 * 1024;
    private const int ReadSize = 256 * 1024;

    private readonly ObjectSettings settings;
    private readonly AmazonS3Client client;

    /// <summary>Names a bucket; nothing is connected yet.</summary>
    /// <exception cref="KraitException">The keys cannot be read.</exception>
    public ObjectStore(ObjectSettings settings)
    {
        this.settings = settings;
        if (SecretFile.Read(settings.KeyFile) is not [var access, var secret])
        {
            throw new KraitException(
                new Diagnostic("invalid-keys", $"`{settings.KeyFile}` does not hold two keys")
                {
                    Hints = ["Write the access key and the secret key into it, each on a line of its own"],
                }
            )
            {
                Kind = FailureKind.UnusableInput,
            };
        }

        client = new AmazonS3Client(
            new BasicAWSCredentials(access, secret),
            new AmazonS3Config
            {
                ServiceURL = settings.Url.AbsoluteUri,
                AuthenticationRegion = settings.Region,
                ForcePathStyle = true,
                MaxErrorRetry = 2,
                // Of one part, not of a whole file.
                Timeout = TimeSpan.FromMinutes(1),
                // Every blob is compared with its name; and not every storage knows the checksums of Amazon's.
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            }
        );
    }

    /// <summary>Whether a failure means that the storage cannot be reached now.</summary>
    public static bool IsAway(KraitException failure) =>
        failure is ServiceAwayException { Service: SharedService.Objects };

    /// <summary>Stores a blob. Whoever stores the same content at the same time stores the same object.</summary>
    /// <exception cref="KraitException">The storage cannot be reached.</exception>
    public Task PutAsync(BlobId id, SafeFileHandle content, long length, CancellationToken cancellationToken) =>
        RunAsync(
            async () =>
            {
                if (length > PartSize)
                {
                    await PutPartsAsync(id, content, length, cancellationToken);
                    return true;
                }

                await PutOnceAsync(id, await ReadAsync(content, 0, (int)length, cancellationToken), cancellationToken);
                return true;
            },
            cancellationToken
        );

    /// <summary>Stores a small blob.</summary>
    /// <exception cref="KraitException">The storage cannot be reached.</exception>
    public Task PutAsync(BlobId id, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        RunAsync(
            async () =>
            {
                await PutOnceAsync(id, content.ToArray(), cancellationToken);
                return true;
            },
            cancellationToken
        );

    /// <summary>Copies a blob; false where there is none.</summary>
    /// <exception cref="KraitException">The storage cannot be reached, or breaks off.</exception>
    public Task<bool> TryGetAsync(BlobId id, BlobWriter target, CancellationToken cancellationToken) =>
        RunAsync(
            async () =>
            {
                using var response = await client.GetObjectAsync(settings.Bucket, KeyOf(id), cancellationToken);
                try
                {
                    var buffer = new byte[ReadSize];
                    while (await response.ResponseStream.ReadAsync(buffer, cancellationToken) is var read and > 0)
                        target.Append(buffer.AsSpan(0, read));
                }
                catch (AmazonClientException) when (target.Length == response.ContentLength)
                {
                    // It is all there, and not what the storage has its own checksum of: the digest will show that.
                }

                return true;
            },
            cancellationToken
        );

    /// <summary>When a blob was last stored; null where there is none.</summary>
    /// <exception cref="KraitException">The storage cannot be reached.</exception>
    public async Task<DateTimeOffset?> FindAsync(BlobId id, CancellationToken cancellationToken)
    {
        DateTimeOffset? modified = null;
        await RunAsync(
            async () =>
            {
                var found = await client.GetObjectMetadataAsync(settings.Bucket, KeyOf(id), cancellationToken);
                modified = found.LastModified is { } time ? new DateTimeOffset(time.ToUniversalTime()) : default;
                return true;
            },
            cancellationToken
        );
        return modified;
    }

    /// <summary>Removes a blob.</summary>
    /// <exception cref="KraitException">The storage cannot be reached.</exception>
    public Task RemoveAsync(BlobId id, CancellationToken cancellationToken) =>
        RunAsync(
            async () =>
            {
                await client.DeleteObjectAsync(settings.Bucket, KeyOf(id), cancellationToken);
                return true;
            },
            cancellationToken
        );

    /// <summary>Every blob, with its size and the time when it was last stored.</summary>
    /// <exception cref="KraitException">The storage cannot be reached.</exception>
    public async IAsyncEnumerable<StoredObject> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = settings.Bucket,
            Prefix = settings.Prefix + "blobs/sha256/",
        };
        var isLast = false;
        while (!isLast)
        {
            var page = default(ListObjectsV2Response);
            await RunAsync(
                async () =>
                {
                    page = await client.ListObjectsV2Async(request, cancellationToken);
                    return true;
                },
                cancellationToken
            );
            foreach (var found in page?.S3Objects ?? [])
            {
                if (BlobId.TryParse(found.Key[(found.Key.LastIndexOf('/') + 1)..], out var id))
                {
                    var stored = found.LastModified is { } time ? time.ToUniversalTime() : DateTime.MaxValue;
                    yield return new StoredObject(id, found.Size ?? 0, new DateTimeOffset(stored, TimeSpan.Zero));
                }
            }

            request.ContinuationToken = page?.NextContinuationToken;
            isLast = string.IsNullOrEmpty(request.ContinuationToken);
        }
    }

    /// <summary>Sees to it that the bucket is there and that the keys fit.</summary>
    /// <exception cref="KraitException">The storage cannot be reached, or says no.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var isThere = await RunAsync(
            async () =>
            {
                var request = new ListObjectsV2Request { BucketName = settings.Bucket, MaxKeys = 1 };
                await client.ListObjectsV2Async(request, cancellationToken);
                return true;
            },
            cancellationToken
        );
        if (isThere)
            return;
        throw new KraitException(
            new Diagnostic("no-bucket", $"there is no bucket `{settings.Bucket}` at {settings.Url}")
            {
                Hints = ["Create it, or correct `bucket` in the settings"],
            }
        );
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private string KeyOf(BlobId id) => $"{settings.Prefix}blobs/sha256/{id.Hex[..2]}/{id.Hex[2..4]}/{id.Hex}";

    private async Task PutOnceAsync(BlobId id, byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content, writable: false);
        await client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = settings.Bucket,
                Key = KeyOf(id),
                InputStream = stream,
                // Some storages keep the marks between the chunks as content.
                UseChunkEncoding = false,
            },
            cancellationToken
        );
    }

    private async Task PutPartsAsync(
        BlobId id,
        SafeFileHandle content,
        long length,
        CancellationToken cancellationToken
    )
    {
        var begun = await client.InitiateMultipartUploadAsync(settings.Bucket, KeyOf(id), cancellationToken);
        try
        {
            var done = new CompleteMultipartUploadRequest
            {
                BucketName = settings.Bucket,
                Key = KeyOf(id),
                UploadId = begun.UploadId,
                PartETags = [],
            };
            for (long offset = 0; offset < length; offset += PartSize)
            {
                var size = (int)Math.Min(PartSize, length - offset);
                using var part = new MemoryStream(await ReadAsync(content, offset, size, cancellationToken));
                var request = new UploadPartRequest
                {
                    BucketName = settings.Bucket,
                    Key = KeyOf(id),
                    UploadId = begun.UploadId,
                    PartNumber = done.PartETags.Count + 1,
                    PartSize = size,
                    InputStream = part,
                    UseChunkEncoding = false,
                };
                var stored = await client.UploadPartAsync(request, cancellationToken);
                done.PartETags.Add(new PartETag(request.PartNumber ?? 0, stored.ETag));
            }

            await client.CompleteMultipartUploadAsync(done, cancellationToken);
        }
        catch
        {
            await AbortAsync(id, begun.UploadId);
            throw;
        }
    }

    /// <summary>Parts that belong to nothing would be kept, and paid for.</summary>
    private async Task AbortAsync(BlobId id, string upload)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await client.AbortMultipartUploadAsync(settings.Bucket, KeyOf(id), upload, limit.Token);
        }
        catch (Exception e) when (IsFailure(e) || e is OperationCanceledException)
        {
            // The storage is away; why the upload failed is the error to tell.
        }
    }

    private static async Task<byte[]> ReadAsync(
        SafeFileHandle content,
        long offset,
        int length,
        CancellationToken cancellationToken
    )
    {
        var bytes = new byte[length];
        var filled = 0;
        while (filled < length)
        {
            var read = await RandomAccess.ReadAsync(
                content,
                bytes.AsMemory(filled),
                offset + filled,
                cancellationToken
            );
            if (read == 0)
                throw new KraitException(new Diagnostic("store-damaged", "a file in `tmp` was cut while it was read"));
            filled += read;
        }

        return bytes;
    }

    /// <summary>Sends a request to the storage; false if the object does not exist.</summary>
    private async Task<bool> RunAsync(Func<Task<bool>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.NotFound)
        {
            return false;
        }
        catch (Exception e)
            when (IsFailure(e) || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ServiceAwayException(
                SharedService.Objects,
                new Diagnostic("objects-unavailable", $"cannot reach the bucket `{settings.Bucket}` at {settings.Url}")
                {
                    Notes = [e.Message],
                },
                e
            )
            {
                Kind = FailureKind.Unavailable,
            };
        }
    }

    private static bool IsFailure(Exception exception) =>
        exception
            is AmazonServiceException
                or AmazonClientException
                or HttpRequestException
                or IOException
                or TimeoutException;
}
