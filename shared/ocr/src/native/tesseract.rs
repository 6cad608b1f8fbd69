//! One Tesseract engine.

use std::ffi::{CStr, CString};
use std::ptr;

use leptess::capi;

use super::Gray;

/// How the page is cut into lines (Tesseract's page segmentation modes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Segmentation {
    /// One column of text of various sizes.
    Column = 4,
    /// One even block.
    Block = 6,
    /// One line.
    Line = 7,
}

/// A Tesseract engine with its language models loaded.
pub(crate) struct Tesseract(*mut capi::TessBaseAPI);

impl Tesseract {
    /// Loads the models of `languages` (`fra+eng`), with settings that count only at this moment, such as `load_system_dawg`.
    ///
    /// `None` when a model is missing.
    #[expect(unsafe_code, reason = "Tesseract is C")]
    pub(crate) fn new(languages: &str, settings: &[(&str, &str)]) -> Option<Self> {
        let languages = CString::new(languages).ok()?;
        let texts: Vec<(CString, CString)> = settings
            .iter()
            .map(|(name, value)| Some((CString::new(*name).ok()?, CString::new(*value).ok()?)))
            .collect::<Option<_>>()?;
        let mut names: Vec<_> = texts.iter().map(|(name, _)| name.as_ptr().cast_mut()).collect();
        let mut values: Vec<_> = texts.iter().map(|(_, value)| value.as_ptr().cast_mut()).collect();
        // SAFETY: all strings outlive the call, which copies them; both arrays have `names.len()` entries; no config files.
        let (engine, failed) = unsafe {
            let engine = Self(capi::TessBaseAPICreate());
            let failed = capi::TessBaseAPIInit4(
                engine.0,
                ptr::null(),
                languages.as_ptr(),
                capi::TessOcrEngineMode_OEM_LSTM_ONLY,
                ptr::null_mut(),
                0,
                names.as_mut_ptr(),
                values.as_mut_ptr(),
                names.len(),
                0,
            );
            (engine, failed)
        };
        (failed == 0).then_some(engine)
    }

    /// Changes a setting; says whether Tesseract knows it.
    #[expect(unsafe_code, reason = "Tesseract is C")]
    pub(crate) fn set(&mut self, name: &str, value: &str) -> bool {
        let (Ok(name), Ok(value)) = (CString::new(name), CString::new(value)) else { return false };
        // SAFETY: both strings outlive the call, which copies them.
        unsafe { capi::TessBaseAPISetVariable(self.0, name.as_ptr(), value.as_ptr()) != 0 }
    }

    /// Reads a picture: words with boxes and confidences, in Tesseract's tab-separated form.
    #[expect(unsafe_code, reason = "Tesseract is C")]
    pub(crate) fn read(&mut self, image: &Gray, mode: Segmentation) -> Option<String> {
        // SAFETY: Tesseract copies the picture or takes its own reference. Recognition runs inside `GetTsvText`, which is safe to
        // call because an image is set; the text is copied and given back.
        unsafe {
            capi::TessBaseAPISetPageSegMode(self.0, mode as u32);
            capi::TessBaseAPISetImage2(self.0, image.as_raw());
            capi::TessBaseAPISetSourceResolution(self.0, 300);
            let raw = capi::TessBaseAPIGetTsvText(self.0, 0);
            if raw.is_null() {
                return None;
            }
            let text = CStr::from_ptr(raw).to_string_lossy().into_owned();
            capi::TessDeleteText(raw);
            capi::TessBaseAPIClear(self.0);
            Some(text)
        }
    }

    /// Version of the library.
    #[expect(unsafe_code, reason = "Tesseract is C")]
    pub(crate) fn version() -> String {
        // SAFETY: a static string.
        unsafe { CStr::from_ptr(capi::TessVersion()) }.to_string_lossy().into_owned()
    }
}

impl Drop for Tesseract {
    #[expect(unsafe_code, reason = "Tesseract is C")]
    fn drop(&mut self) {
        // SAFETY: gives back what `TessBaseAPICreate` made.
        unsafe { capi::TessBaseAPIDelete(self.0) }
    }
}
