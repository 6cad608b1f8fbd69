//! Images and PDFs become words with boxes and confidences.
