//! Packed bytes: gzip and Zstandard, undone as a stream.
//!
//! How bytes are packed is told by how they begin and never by a file's name. Several members or frames, one after the other, are one
//! stream, as the tools that make them have it.

use std::io::{BufRead, BufReader, Error, Read, Result};

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// A stream with its packing undone once; bytes that are not packed come as they are.
///
/// # Errors
/// The stream cannot be read, or begins like a packed one and goes on like none. Damage further in is an error of the stream.
///
/// ```
/// use std::io::Read;
/// let mut text = String::new();
/// toolwright_core::packed::open(&b"plain\n"[..])?.read_to_string(&mut text)?;
/// assert_eq!(text, "plain\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn open<'r>(mut input: impl BufRead + 'r) -> Result<Box<dyn BufRead + 'r>> {
    Ok(match input.fill_buf()? {
        [0x1f, 0x8b, ..] => Box::new(BufReader::new(gzip(input))),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(BufReader::new(zstd(input)?)),
        _ => Box::new(input),
    })
}

/// What a gzip stream holds.
pub fn gzip(packed: impl Read) -> impl Read {
    flate2::read::MultiGzDecoder::new(packed)
}

/// What a Zstandard stream holds.
///
/// # Errors
/// The stream does not begin with a frame.
pub fn zstd(packed: impl BufRead) -> Result<impl Read> {
    let decoder = StreamingDecoder::new(packed).map_err(Error::other)?;
    Ok(Frames(Some(decoder)))
}

/// The frames of a Zstandard stream, one after the other.
struct Frames<R: BufRead>(Option<StreamingDecoder<R, FrameDecoder>>);

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        while let Some(decoder) = &mut self.0 {
            let read = decoder.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let mut rest = self.0.take().map(StreamingDecoder::into_inner);
            if let Some(rest) = rest.take_if(|rest| rest.fill_buf().is_ok_and(|rest| !rest.is_empty())) {
                self.0 = Some(StreamingDecoder::new(rest).map_err(Error::other)?);
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("written");
        encoder.finish().expect("packed")
    }

    fn zst(bytes: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
    }

    fn read(bytes: &[u8]) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        open(bytes)?.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn members_and_frames_are_one_stream() {
        for pack in [gz, zst] {
            assert_eq!(read(&[pack(b"one\n"), pack(b"two\n")].concat()).expect("whole"), b"one\ntwo\n");
            let cut = pack(&[7; 5000]);
            assert!(read(&cut[..cut.len() - 3]).is_err());
        }
        assert!(read(b"\x28\xb5\x2f\xfd\xff").is_err());
        assert_eq!(read(b"").expect("nothing"), b"");
    }

    proptest! {
        #[test]
        fn what_is_packed_is_read_again(bytes in proptest::collection::vec(any::<u8>(), 0..4000)) {
            prop_assert_eq!(&read(&gz(&bytes)).expect("whole"), &bytes);
            prop_assert_eq!(&read(&zst(&bytes)).expect("whole"), &bytes);
            // Any bytes are read or refused.
            let _ = read(&bytes);
            let _ = read(&[&b"\x1f\x8b\x08"[..], &bytes].concat());
            let _ = read(&[&b"\x28\xb5\x2f\xfd"[..], &bytes].concat());
        }
    }
}
