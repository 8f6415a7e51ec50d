//! The socket itself: a Unix domain socket, or on Windows a named pipe.

#[cfg(unix)]
pub(super) use unix::{Listener, Stream, connect};
#[cfg(windows)]
pub(super) use windows::{Listener, Stream, connect};

/// A short name for a data folder, the same in every version (FNV-1a).
fn short_name(folder: &std::path::Path) -> String {
    let bytes = folder.as_os_str().as_encoded_bytes();
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("streambell-{hash:016x}")
}

#[cfg(unix)]
mod unix {
    use std::{
        fs::{self, DirBuilder, Permissions},
        io,
        os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
        path::{Path, PathBuf},
    };

    use streambell_engine::Home;
    use tokio::net::{UnixListener, UnixStream};

    /// Longer addresses do not fit into a socket's (104 bytes on macOS, 108 on Linux).
    const LONGEST_PATH: usize = 100;

    pub(crate) type Stream = UnixStream;

    pub(crate) struct Listener {
        listener: UnixListener,
        path: PathBuf,
    }

    impl Listener {
        pub(crate) fn bind(home: &Home) -> io::Result<Self> {
            let path = place(home, true)?;
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let listener = UnixListener::bind(&path)?;
            fs::set_permissions(&path, Permissions::from_mode(0o600))?;
            Ok(Self { listener, path })
        }

        pub(crate) async fn accept(&mut self) -> io::Result<Stream> {
            Ok(self.listener.accept().await?.0)
        }
    }

    impl Drop for Listener {
        fn drop(&mut self) {
            // One that is left behind is recognised as dead.
            let _ = fs::remove_file(&self.path);
        }
    }

    pub(crate) async fn connect(home: &Home) -> io::Result<Stream> {
        UnixStream::connect(place(home, false)?).await
    }

    /// In the data folder; where that is too deep, in a folder for sockets that is the user's alone.
    fn place(home: &Home, create: bool) -> io::Result<PathBuf> {
        let path = home.socket();
        if path.as_os_str().len() <= LONGEST_PATH {
            return Ok(path);
        }
        let owner = fs::metadata(home.folder())?.uid();
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|folder| folder.is_absolute());
        let folder = runtime.unwrap_or_else(|| PathBuf::from("/tmp")).join(format!("streambell-{owner}"));
        if create {
            match DirBuilder::new().mode(0o700).create(&folder) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        check_private(&folder, owner)?;
        Ok(folder.join(super::short_name(home.folder())))
    }

    /// In a folder that everyone can write to, someone else may have been first.
    fn check_private(folder: &Path, owner: u32) -> io::Result<()> {
        let found = fs::symlink_metadata(folder)?;
        if found.is_dir() && found.uid() == owner && found.mode() & 0o077 == 0 {
            return Ok(());
        }
        Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("{} is not a private folder of this user; remove it", folder.display()),
        ))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_folder_that_others_can_enter_is_not_used() {
            let folder = tempfile::tempdir().unwrap();
            let owner = fs::metadata(folder.path()).unwrap().uid();
            let cases = [(0o700, owner, true), (0o755, owner, false), (0o700, owner + 1, false)];
            for (mode, owner, private) in cases {
                fs::set_permissions(folder.path(), Permissions::from_mode(mode)).unwrap();
                assert_eq!(check_private(folder.path(), owner).is_ok(), private, "{mode:o} {owner}");
            }
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(folder.path(), &link).unwrap();
            fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
            assert!(check_private(&link, owner).is_err());
        }
    }
}

#[cfg(windows)]
mod windows {
    use std::{
        io,
        pin::Pin,
        task::{Context, Poll},
    };

    use streambell_engine::Home;
    use tokio::{
        io::{AsyncRead, AsyncWrite, ReadBuf},
        net::windows::named_pipe::{ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions},
    };

    /// Either end of a pipe.
    pub(crate) enum Stream {
        Client(NamedPipeClient),
        Server(NamedPipeServer),
    }

    pub(crate) struct Listener {
        name: String,
        next: NamedPipeServer,
    }

    impl Listener {
        pub(crate) fn bind(home: &Home) -> io::Result<Self> {
            let name = name(home);
            let next = ServerOptions::new().first_pipe_instance(true).create(&name)?;
            Ok(Self { name, next })
        }

        pub(crate) async fn accept(&mut self) -> io::Result<Stream> {
            self.next.connect().await?;
            // The next one must be there before this one is served, so that nobody finds no pipe.
            let next = ServerOptions::new().create(&self.name)?;
            Ok(Stream::Server(std::mem::replace(&mut self.next, next)))
        }
    }

    pub(crate) async fn connect(home: &Home) -> io::Result<Stream> {
        ClientOptions::new().open(name(home)).map(Stream::Client)
    }

    fn name(home: &Home) -> String {
        format!(r"\\.\pipe\{}", super::short_name(home.folder()))
    }

    impl AsyncRead for Stream {
        fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            match self.get_mut() {
                Self::Client(pipe) => Pin::new(pipe).poll_read(cx, buf),
                Self::Server(pipe) => Pin::new(pipe).poll_read(cx, buf),
            }
        }
    }

    impl AsyncWrite for Stream {
        fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
            match self.get_mut() {
                Self::Client(pipe) => Pin::new(pipe).poll_write(cx, buf),
                Self::Server(pipe) => Pin::new(pipe).poll_write(cx, buf),
            }
        }

        fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            match self.get_mut() {
                Self::Client(pipe) => Pin::new(pipe).poll_flush(cx),
                Self::Server(pipe) => Pin::new(pipe).poll_flush(cx),
            }
        }

        fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            match self.get_mut() {
                Self::Client(pipe) => Pin::new(pipe).poll_shutdown(cx),
                Self::Server(pipe) => Pin::new(pipe).poll_shutdown(cx),
            }
        }
    }
}
